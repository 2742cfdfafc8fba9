//! Companions are as visible as the function, nowhere more and nowhere less.

mod outer {
    use autodiff::differentiate;

    #[differentiate]
    fn private(x: f64) -> f64 {
        x * x
    }

    #[differentiate]
    pub(super) fn for_parent(x: f64) -> f64 {
        private(x) + inner::in_path(x) + inner::in_crate(x)
    }

    mod inner {
        use autodiff::differentiate;

        #[differentiate]
        pub(in crate::pass::visibility) fn in_path(x: f64) -> f64 {
            super::private(x)
        }

        #[differentiate]
        pub(crate) fn in_crate(x: f64) -> f64 {
            hidden(x, Hidden(2))
        }

        #[derive(Clone, Copy)]
        struct Hidden(usize);

        /// A private type in a private signature.
        #[differentiate(wrt(x))]
        fn hidden(x: f64, by: Hidden) -> f64 {
            x * by.0 as f64
        }
    }

    pub(crate) fn slopes(x: f64) -> [f64; 3] {
        [
            private_grad(x),
            inner::in_path_grad(x),
            inner::in_crate_grad(x),
        ]
    }
}

#[test]
fn works() {
    assert_eq!(outer::for_parent_grad(1.0), 6.0);
    assert_eq!(outer::slopes(2.0), [4.0, 4.0, 2.0]);
}
