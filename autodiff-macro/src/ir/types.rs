//! What is known of types, by unification while a function is lowered.
//!
//! rustc checks types; this says only how values and their adjoints are represented. A contradiction is therefore not an
//! error here: the first thing known of a type stands.

/// A type, perhaps not known yet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Ty(u32);

/// What a type is, as far as is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A float: it may carry a derivative.
    Float,
    /// An integer, a boolean, a character: copied freely, never differentiable.
    Plain,
    /// An array of elements.
    Array(Ty),
    /// A slice, or a sequence of which no more is known.
    Slice(Ty),
    Vec(Ty),
    Tuple(Vec<Ty>),
    /// A type with a name that says nothing, or nothing known at all.
    Unknown,
}

#[derive(Clone, Debug)]
enum Node {
    Link(Ty),
    Known(Kind),
}

#[derive(Clone, Debug, Default)]
pub struct Types {
    nodes: Vec<Node>,
    /// Types of what is used as an index.
    indices: Vec<Ty>,
    /// Types of which a name is known: the meaning of their operators is theirs.
    named: Vec<Ty>,
    /// Types of a matrix library.
    matrices: Vec<(Ty, Library)>,
}

/// What of a matrix library a value is: which operators and methods it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Library {
    Nalgebra,
    NalgebraLu,
    NalgebraQr,
    NalgebraCholesky,
    /// One axis, and two.
    Ndarray1,
    Ndarray2,
    FaerMat,
    FaerCol,
    FaerRow,
    FaerLu,
    FaerLlt,
}

impl Library {
    /// Its elements are had by one number.
    pub fn is_sequence(self) -> bool {
        match self {
            Library::Nalgebra | Library::Ndarray1 => true,
            Library::NalgebraLu
            | Library::NalgebraQr
            | Library::NalgebraCholesky
            | Library::Ndarray2
            | Library::FaerMat
            | Library::FaerCol
            | Library::FaerRow
            | Library::FaerLu
            | Library::FaerLlt => false,
        }
    }
}

impl Types {
    pub fn known(&mut self, kind: Kind) -> Ty {
        self.nodes.push(Node::Known(kind));
        Ty(u32::try_from(self.nodes.len() - 1)
            .expect("bug in autodiff, please report: too many types"))
    }

    pub fn unknown(&mut self) -> Ty {
        self.known(Kind::Unknown)
    }

    pub fn float(&mut self) -> Ty {
        self.known(Kind::Float)
    }

    pub fn plain(&mut self) -> Ty {
        self.known(Kind::Plain)
    }

    fn find(&self, mut ty: Ty) -> Ty {
        while let Node::Link(next) = &self.nodes[ty.0 as usize] {
            ty = *next;
        }
        ty
    }

    pub fn kind(&self, ty: Ty) -> Kind {
        match &self.nodes[self.find(ty).0 as usize] {
            Node::Known(kind) => kind.clone(),
            Node::Link(_) => Kind::Unknown,
        }
    }

    /// Both are the same type.
    pub fn unify(&mut self, a: Ty, b: Ty) {
        let (a, b) = (self.find(a), self.find(b));
        if a == b {
            return;
        }
        // What is known to be a matrix is no sequence of ours, whatever is done with it.
        let matrix = self.is_matrix(a) || self.is_matrix(b);
        let (known_a, known_b) = (self.kind(a), self.kind(b));
        if matrix && !(known_a == Kind::Unknown && known_b == Kind::Unknown) {
            return;
        }
        match (known_a, known_b) {
            (Kind::Unknown, _) => self.nodes[a.0 as usize] = Node::Link(b),
            (_, Kind::Unknown) => self.nodes[b.0 as usize] = Node::Link(a),
            (Kind::Slice(e), Kind::Array(g) | Kind::Vec(g)) => {
                self.nodes[a.0 as usize] = Node::Link(b);
                self.unify(e, g);
            }
            (Kind::Array(e) | Kind::Vec(e), Kind::Slice(g)) => {
                self.nodes[b.0 as usize] = Node::Link(a);
                self.unify(e, g);
            }
            (
                Kind::Array(e) | Kind::Vec(e) | Kind::Slice(e),
                Kind::Array(g) | Kind::Vec(g) | Kind::Slice(g),
            ) => {
                self.unify(e, g);
            }
            (Kind::Tuple(p), Kind::Tuple(q)) => {
                p.into_iter().zip(q).for_each(|(a, b)| self.unify(a, b))
            }
            (
                Kind::Float
                | Kind::Plain
                | Kind::Array(_)
                | Kind::Vec(_)
                | Kind::Slice(_)
                | Kind::Tuple(_),
                _,
            ) => {}
        }
    }

    /// It is `usize`.
    pub fn become_index(&mut self, ty: Ty) {
        let plain = self.plain();
        self.unify(ty, plain);
        self.indices.push(ty);
    }

    pub fn is_index(&self, ty: Ty) -> bool {
        self.is_among(&self.indices, ty)
    }

    /// A value of a matrix library: memory of its own kind, with the library's operators and methods.
    pub fn matrix(&mut self, library: Library) -> Ty {
        let ty = self.unknown();
        self.matrices.push((ty, library));
        ty
    }

    pub fn library(&self, ty: Ty) -> Option<Library> {
        let root = self.find(ty);
        let mut matrices = self.matrices.iter();
        matrices
            .find(|(matrix, _)| self.find(*matrix) == root)
            .map(|(_, library)| *library)
    }

    pub fn is_matrix(&self, ty: Ty) -> bool {
        self.library(ty).is_some()
    }

    /// Something of a type that has a name: a struct, or whatever the name stands for.
    pub fn named(&mut self) -> Ty {
        let ty = self.unknown();
        self.named.push(ty);
        ty
    }

    /// An operator on it may mean anything, as far as is known.
    pub fn has_own_operators(&self, ty: Ty) -> bool {
        self.kind(ty) == Kind::Unknown && (self.is_matrix(ty) || self.is_among(&self.named, ty))
    }

    pub fn are_same(&self, a: Ty, b: Ty) -> bool {
        self.find(a) == self.find(b)
    }

    fn is_among(&self, list: &[Ty], ty: Ty) -> bool {
        let root = self.find(ty);
        list.iter().any(|listed| self.find(*listed) == root)
    }

    pub fn become_float(&mut self, ty: Ty) {
        let float = self.float();
        self.unify(ty, float);
    }

    /// The type of the elements: the type becomes a sequence where nothing is known of it.
    pub fn element(&mut self, ty: Ty) -> Ty {
        match self.kind(ty) {
            Kind::Array(e) | Kind::Slice(e) | Kind::Vec(e) => e,
            Kind::Unknown if self.is_matrix(ty) => self.float(),
            Kind::Unknown => {
                let element = self.unknown();
                let sequence = self.known(Kind::Slice(element));
                self.unify(ty, sequence);
                element
            }
            Kind::Float | Kind::Plain | Kind::Tuple(_) => self.unknown(),
        }
    }

    /// A slice of the same elements.
    pub fn slice(&mut self, ty: Ty) -> Ty {
        let element = self.element(ty);
        self.known(Kind::Slice(element))
    }

    pub fn field(&mut self, ty: Ty, member: &syn::Member) -> Ty {
        match (self.kind(ty), member) {
            (Kind::Tuple(parts), syn::Member::Unnamed(k)) if (k.index as usize) < parts.len() => {
                parts[k.index as usize]
            }
            // `v.x`
            _ if self.is_matrix(ty) => self.float(),
            _ => self.unknown(),
        }
    }

    /// Some part of it may be a float.
    pub fn may_hold_floats(&self, ty: Ty) -> bool {
        match self.kind(ty) {
            Kind::Float | Kind::Unknown => true,
            Kind::Plain => false,
            Kind::Array(e) | Kind::Slice(e) | Kind::Vec(e) => self.may_hold_floats(e),
            Kind::Tuple(parts) => parts.iter().any(|p| self.may_hold_floats(*p)),
        }
    }

    /// Some part of it is known to be a float.
    pub fn holds_floats(&self, ty: Ty) -> bool {
        match self.kind(ty) {
            Kind::Float => true,
            Kind::Unknown => self.is_matrix(ty),
            Kind::Plain => false,
            Kind::Array(e) | Kind::Slice(e) | Kind::Vec(e) => self.holds_floats(e),
            Kind::Tuple(parts) => parts.iter().any(|p| self.holds_floats(*p)),
        }
    }

    /// Vectors that are known of are part of it.
    pub fn holds_vectors(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Float | Kind::Plain | Kind::Unknown => false,
            Kind::Slice(_) | Kind::Vec(_) => true,
            Kind::Array(e) => self.holds_vectors(&self.kind(*e)),
            Kind::Tuple(parts) => parts.iter().any(|p| self.holds_vectors(&self.kind(*p))),
        }
    }

    /// All values of the type have the same number of parts.
    pub fn has_static_shape(&self, ty: Ty) -> bool {
        self.is_static(&self.kind(ty))
    }

    pub fn is_static(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Float | Kind::Plain => true,
            Kind::Array(e) => self.has_static_shape(*e),
            Kind::Tuple(parts) => parts.iter().all(|p| self.has_static_shape(*p)),
            Kind::Slice(_) | Kind::Vec(_) | Kind::Unknown => false,
        }
    }
}
