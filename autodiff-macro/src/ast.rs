//! The annotated function as the macro sees it: its options, and what each parameter and the result are made of.

use proc_macro2::Ident;

/// Which companions are wanted beyond the usual ones, and for what.
#[derive(Clone)]
pub struct Options {
    pub wrt: Option<Vec<Ident>>,
    /// Stem of the companions' names.
    pub name: Option<String>,
    /// Path of the facade crate.
    pub krate: syn::Path,
    pub vjp: bool,
    pub jvp: bool,
    pub jacobian: bool,
    pub jacobian_sparsity: bool,
    /// Comes with its pattern.
    pub jacobian_sparse: bool,
    pub hessian: bool,
    pub hessian_sparsity: bool,
    /// Comes with its pattern.
    pub hessian_sparse: bool,
    pub hvp: bool,
    pub taylor: bool,
    pub graph: bool,
    pub batch: Option<Batch>,
    /// The derivative is zero by declaration.
    pub constant: bool,
    /// Of functions of ours: the same for numbers of several points, where the rule compares nothing.
    pub lanes: Option<syn::Path>,
    /// The function that says what the derivative is, and whether it is generic in the number.
    pub rule: Option<(syn::Path, bool)>,
}

/// How gradients at many points are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Batch {
    /// In lanes where that can be done.
    AsItIs,
    /// In lanes, or not at all.
    InLanes,
}

impl Options {
    /// Something is asked for that is more than a gradient.
    pub fn of_order(&self) -> bool {
        self.jacobian || self.at_other_numbers()
    }

    /// Something is asked for that runs the function on other numbers: of a Jacobian the rows can be had without.
    pub fn at_other_numbers(&self) -> bool {
        let Options {
            wrt: _,
            name: _,
            krate: _,
            vjp: _,
            jvp,
            jacobian: _,
            jacobian_sparsity,
            jacobian_sparse,
            hessian,
            hessian_sparsity,
            hessian_sparse,
            hvp,
            taylor,
            graph: _,
            batch: _,
            constant: _,
            lanes: _,
            rule: _,
        } = self;
        *jvp || *jacobian_sparsity
            || *jacobian_sparse
            || *hessian
            || *hessian_sparsity
            || *hessian_sparse
            || *hvp
            || *taylor
    }

    /// Something is asked for that only a single float has.
    pub fn of_float(&self) -> bool {
        self.hvp
            || self.hessian_sparsity
            || self.hessian_sparse
            || self.taylor
            || self.batch.is_some()
    }
}

/// What a type is made of, as far as its spelling tells.
#[derive(Clone)]
pub enum Shape {
    /// `f64`, `f32` or the function's own `T: Real`.
    Float,
    /// `[E; n]`.
    Array(Box<Shape>, syn::Expr),
    /// `[E]`.
    Slice(Box<Shape>),
    /// `Vec<E>`.
    Vec(Box<Shape>),
    Tuple(Vec<Shape>),
    /// Holds no floats.
    Plain(syn::Type),
    /// A name that says nothing.
    Opaque(syn::Type),
}

impl Shape {
    /// Other values of the type may have another number of parts.
    pub fn may_change(&self) -> bool {
        match self {
            Shape::Vec(_) | Shape::Opaque(_) => true,
            // As it is referred to, a slice has its length.
            Shape::Array(element, _) | Shape::Slice(element) => element.may_change(),
            Shape::Tuple(parts) => parts.iter().any(Shape::may_change),
            Shape::Float | Shape::Plain(_) => false,
        }
    }

    /// Some part of it is a float.
    pub fn holds_floats(&self) -> bool {
        match self {
            // Of a name that says nothing the traits decide.
            Shape::Float | Shape::Opaque(_) => true,
            Shape::Array(element, _) | Shape::Slice(element) | Shape::Vec(element) => {
                element.holds_floats()
            }
            Shape::Tuple(parts) => parts.iter().any(Shape::holds_floats),
            Shape::Plain(_) => false,
        }
    }

    /// The lengths of an array of arrays, outermost first, as far as they are literals.
    pub fn lengths(&self) -> Vec<u32> {
        let Shape::Array(element, length) = self else {
            return Vec::new();
        };
        match length {
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Int(n),
                attrs: _,
            }) if let Ok(n) = n.base10_parse() => [vec![n], element.lengths()].concat(),
            _ => Vec::new(),
        }
    }

    /// Lets the lengths of arrays inside be changed.
    pub fn each_length(&mut self, change: &mut dyn FnMut(&mut syn::Expr)) {
        match self {
            Shape::Array(element, length) => {
                change(length);
                element.each_length(change);
            }
            Shape::Slice(element) | Shape::Vec(element) => element.each_length(change),
            Shape::Tuple(parts) => parts.iter_mut().for_each(|part| part.each_length(change)),
            Shape::Float | Shape::Plain(_) | Shape::Opaque(_) => {}
        }
    }

    /// Floats, arrays and tuples of them.
    pub fn is_packed(&self) -> bool {
        match self {
            Shape::Float => true,
            Shape::Array(element, _) => element.is_packed(),
            Shape::Tuple(parts) => !parts.is_empty() && parts.iter().all(Shape::is_packed),
            Shape::Slice(_) | Shape::Vec(_) | Shape::Plain(_) | Shape::Opaque(_) => false,
        }
    }

    /// Shows each name inside that says nothing.
    pub fn each_opaque(&self, show: &mut dyn FnMut(&syn::Type)) {
        match self {
            Shape::Opaque(ty) => show(ty),
            Shape::Array(element, _) | Shape::Slice(element) | Shape::Vec(element) => {
                element.each_opaque(show);
            }
            Shape::Tuple(parts) => parts.iter().for_each(|part| part.each_opaque(show)),
            Shape::Float | Shape::Plain(_) => {}
        }
    }

    /// The name that says nothing, if there is one inside.
    pub fn opaque(&self) -> Option<&syn::Type> {
        self.name(&|_| true)
    }

    /// A name that does not even say of which number it is, as `P<f64>` does.
    pub fn concrete(&self) -> Option<&syn::Type> {
        self.name(&|ty| !mentions_float(quote::quote!(#ty)))
    }

    fn name(&self, wanted: &dyn Fn(&syn::Type) -> bool) -> Option<&syn::Type> {
        match self {
            Shape::Opaque(ty) => wanted(ty).then_some(ty),
            Shape::Array(element, _) | Shape::Slice(element) | Shape::Vec(element) => {
                element.name(wanted)
            }
            Shape::Tuple(parts) => parts.iter().find_map(|part| part.name(wanted)),
            Shape::Float | Shape::Plain(_) => None,
        }
    }
}

/// A float type is named somewhere in it.
pub fn mentions_float(tokens: proc_macro2::TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == "f64" || ident == "f32",
        proc_macro2::TokenTree::Group(group) => mentions_float(group.stream()),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
    })
}

/// How a parameter is passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passing {
    Value,
    Shared,
    Exclusive,
}

/// A parameter of the function.
#[derive(Clone)]
pub struct Param {
    /// The parameter's name; made up where the user wrote a pattern.
    pub ident: Ident,
    pub pattern: Option<syn::Pat>,
    pub mutable: bool,
    pub ty: syn::Type,
    /// The type the user wrote, of a view: the companions copy it into an array, which is of the type `ty`.
    pub view: Option<syn::Type>,
    /// What the parameter holds, without the reference.
    pub shape: Shape,
    pub passing: Passing,
    /// Its derivative is wanted, or it is an output that holds floats.
    pub active: bool,
}

impl Param {
    /// An input whose gradient the companions return.
    pub fn is_input(&self) -> bool {
        self.active && self.passing != Passing::Exclusive
    }

    /// An output parameter that holds floats.
    pub fn is_output(&self) -> bool {
        self.active && self.passing == Passing::Exclusive
    }

    /// A float, by value or by reference.
    pub fn is_number(&self) -> bool {
        matches!(self.shape, Shape::Float)
    }

    /// A float by value.
    pub fn is_scalar(&self) -> bool {
        self.passing == Passing::Value && matches!(self.shape, Shape::Float)
    }
}

/// Which scalar type the emitted code is written over.
#[derive(Clone, Debug)]
pub enum Scalar {
    /// One of `f64` and `f32`: the code is generic in a type of ours.
    Generic(Ident),
    /// The function's own type parameter.
    Own(Ident),
    /// One of `f64` and `f32`, beside a type the macro cannot see through: the code is not generic.
    Concrete(Ident),
    /// `f64` and `f32` both occur: the code is not generic.
    Mixed,
}

impl Scalar {
    /// The primitive float of inactive code, if there is just one.
    pub fn float(&self) -> Option<&'static str> {
        match self {
            Scalar::Generic(name) | Scalar::Concrete(name) if name == "f32" => Some("f32"),
            Scalar::Generic(_) | Scalar::Concrete(_) => Some("f64"),
            Scalar::Own(_) | Scalar::Mixed => None,
        }
    }
}

/// Where an annotated function stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Home {
    /// In a module or a function: its companion is a type of the same name.
    Module,
    /// In an inherent `impl` or a trait: its companion is a family of functions beside it.
    Impl,
    /// In an `impl` of a trait, where nothing can stand beside it.
    TraitImpl,
}

/// An annotated function.
#[derive(Clone)]
pub struct Source {
    pub options: Options,
    pub item: syn::ItemFn,
    pub home: Home,
    /// The name of the trait that gives the body, if it may be one: types may have other ones.
    pub of_trait: Option<String>,
    pub receiver: Option<syn::Receiver>,
    /// `self` as a parameter, where it is differentiable or made of the function's number.
    pub own: Option<Param>,
    /// `self` is differentiable.
    pub wrt_self: bool,
    /// What `Self` is, as far as the file tells. Its tokens have no position.
    pub self_ty: Option<syn::Type>,
    /// The function's own number is a parameter of the `impl` around it.
    pub of_impl: bool,
    /// The function's own number is bounded by traits of `num_traits`.
    pub foreign: bool,
    pub scalar: Scalar,
    pub params: Vec<Param>,
    /// What is returned, if anything.
    pub output: Option<Shape>,
}

impl Source {
    /// The result's length is known at run time only.
    pub fn output_may_change_shape(&self) -> bool {
        self.output.as_ref().is_some_and(Shape::may_change)
    }

    /// The result is a single float.
    pub fn has_scalar_output(&self) -> bool {
        matches!(self.output, Some(Shape::Float))
    }
}

/// The companion of a function has the function's name, and is a type.
pub fn hides_a_type(name: &Ident) -> bool {
    let ty: syn::Type = syn::parse_quote!(#name);
    is_primitive(&ty) || ["f64", "f32", "str"].iter().any(|ty| name == ty)
}

/// An integer type, `bool` or `char`: small, and copied freely.
pub fn is_primitive(ty: &syn::Type) -> bool {
    const PRIMITIVE: [&str; 14] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "bool", "char",
    ];
    match ty {
        syn::Type::Path(p) => p
            .path
            .get_ident()
            .is_some_and(|i| PRIMITIVE.iter().any(|name| i == name)),
        _ => false,
    }
}
