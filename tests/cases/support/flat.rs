//! Inputs, results and gradients as flat lists of numbers.

/// A type that holds floats, in order. Other numbers count as none.
pub trait Flat: Clone {
    fn flatten(&self, list: &mut Vec<f64>);

    /// The same shape with the floats of `list`, taken in order.
    fn rebuild(&self, list: &mut dyn Iterator<Item = f64>) -> Self;
}

/// The floats of `value`.
pub fn list(value: &impl Flat) -> Vec<f64> {
    let mut list = Vec::new();
    value.flatten(&mut list);
    list
}

/// `value` with the floats of `list`.
pub fn with<T: Flat>(value: &T, list: &[f64]) -> T {
    value.rebuild(&mut list.iter().copied())
}

macro_rules! float {
    ($($t:ty),+) => {$(
        impl Flat for $t {
            fn flatten(&self, list: &mut Vec<f64>) {
                list.push(f64::from(*self));
            }
            fn rebuild(&self, list: &mut dyn Iterator<Item = f64>) -> Self {
                list.next().expect("as many numbers as floats") as $t
            }
        }
    )+};
}
float!(f64, f32);

macro_rules! tuple {
    ($($t:ident $v:ident),*) => {
        impl<$($t: Flat),*> Flat for ($($t,)*) {
            #[allow(unused_variables)]
            fn flatten(&self, list: &mut Vec<f64>) {
                let ($($v,)*) = self;
                $($v.flatten(list);)*
            }
            #[allow(unused_variables, clippy::unused_unit)]
            fn rebuild(&self, list: &mut dyn Iterator<Item = f64>) -> Self {
                let ($($v,)*) = self;
                ($($v.rebuild(list),)*)
            }
        }
    };
}
tuple!();
tuple!(A a, B b);
tuple!(A a, B b, C c);
tuple!(A a, B b, C c, D d);
tuple!(A a, B b, C c, D d, E e);

impl<T: Flat, const N: usize> Flat for [T; N] {
    fn flatten(&self, list: &mut Vec<f64>) {
        self.iter().for_each(|item| item.flatten(list));
    }
    fn rebuild(&self, list: &mut dyn Iterator<Item = f64>) -> Self {
        std::array::from_fn(|i| self[i].rebuild(list))
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn flatten(&self, list: &mut Vec<f64>) {
        self.iter().for_each(|item| item.flatten(list));
    }
    fn rebuild(&self, list: &mut dyn Iterator<Item = f64>) -> Self {
        self.iter().map(|item| item.rebuild(list)).collect()
    }
}
