//! The statements of the reverse sweep as Rust.

use super::code::{Access, Printer, at_callee};
use super::names;
use crate::ir::{
    Argument, Callee, Container, Contribution, Kind, Op, Place, Step, Target, Value, View, Window,
    Winners, Written, Zero,
};
use autodiff_runtime::rules::Operand;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};

impl Printer<'_> {
    /// The adjoint of a place, written to.
    fn adjoint(&self, place: &Place) -> TokenStream {
        self.adjoint_accessed(place, Access::Exclusive)
    }

    /// The adjoint of a place, read.
    fn adjoint_read(&self, place: &Place) -> TokenStream {
        self.adjoint_accessed(place, Access::Shared)
    }

    fn adjoint_accessed(&self, place: &Place, access: Access) -> TokenStream {
        let name = names::adjoint(place.root);
        let root = if self.borrowed.contains(&place.root) {
            quote!((*#name))
        } else {
            name.into_token_stream()
        };
        self.remember_parts(&root, place);
        self.steps(root, &place.path, access)
    }

    /// The parts of structs through which the place is reached have to have adjoints themselves: a field of a struct without is a
    /// copy in its owner's adjoint.
    fn remember_parts(&self, root: &TokenStream, place: &Place) {
        let rt = &self.rt;
        for k in 1..place.path.len() {
            let part = matches!(
                place.path[k - 1],
                Step::Field(_) | Step::Variant { .. } | Step::Deref
            );
            // Of a box it is what is in it.
            if part && !matches!(place.path[k], Step::Deref) {
                let part = self.steps(root.clone(), &place.path[..k], Access::Shared);
                let spelled = |step: &Step| match step {
                    Step::Field(member) => quote!(.#member).to_string(),
                    Step::Variant {
                        path: Written(path),
                        member,
                    } => quote!(.#path.#member).to_string(),
                    Step::Index(_) | Step::Element(_) | Step::Slice { .. } | Step::Entries => {
                        "[]".into()
                    }
                    Step::Deref => "*".into(),
                };
                let name: String = place.path[..k].iter().map(spelled).collect();
                self.parts
                    .borrow_mut()
                    .entry((place.root, name))
                    .or_insert_with(|| Some(quote!(#rt::part(|| &#part);)));
            }
        }
    }

    pub fn adjoint_stmt(&self, op: &Op, results: &[Value]) -> Option<TokenStream> {
        let stmt = self.adjoint_op(op, results)?;
        let mut parts = self.parts.borrow_mut();
        let parts = parts.values_mut().filter_map(Option::take);
        Some(parts.chain([stmt]).collect())
    }

    fn adjoint_of(&self, v: Value) -> TokenStream {
        self.adjoint_read(&Place::whole(v))
    }

    fn adjoint_op(&self, op: &Op, results: &[Value]) -> Option<TokenStream> {
        let rt = &self.rt;
        Some(match op {
            Op::Seed(zero) => {
                let (name, given, zero) = (
                    names::value(*results.first()?),
                    names::ours("seed"),
                    self.zero(zero),
                );
                quote!(let #name = match #given {
                    ::core::option::Option::Some(seed) => seed,
                    ::core::option::Option::None => #zero,
                };)
            }
            Op::TapePush { tape, values } => {
                let (tag, stack) = (names::tag(*tape), names::ours("stack"));
                let values = values.iter().map(|v| names::value(*v));
                quote!(#stack.push(#tag, (#(#values,)*));)
            }
            Op::TapePop { tape } => {
                let (tag, stack) = (names::tag(*tape), names::ours("stack"));
                let results = results.iter().map(|v| names::value(*v));
                quote!(let (#(#results,)*) = #stack.pop(#tag);)
            }
            Op::Winners(winners) => self.winners(winners, results),
            Op::Room { tape, low, high } => {
                let (tag, stack) = (names::tag(*tape), names::ours("stack"));
                let name = names::value(*results.first()?);
                let (low, high) = (self.plain(*low), self.plain(*high));
                quote!(let mut #name = #stack.room(#tag, #low, #high);)
            }
            Op::Put { room, item, values } => {
                let (room, item) = (names::value(*room), self.plain(*item));
                let values = values.iter().map(|v| names::value(*v));
                quote!(#room.put(#item, (#(#values,)*));)
            }
            Op::Entries { tape, low, high } => {
                let (tag, stack) = (names::tag(*tape), names::ours("stack"));
                let name = names::value(*results.first()?);
                let (low, high) = (self.plain(*low), self.plain(*high));
                quote!(let #name = #stack.entries(#tag, #low, #high);)
            }
            Op::Entry { entries, item } => {
                let (entries, item) = (names::value(*entries), self.plain(*item));
                let results = results.iter().map(|v| names::value(*v));
                quote!(let (#(#results,)*) = #entries.of(#item);)
            }
            Op::Schedule { checkpoint, range } => {
                self.schedule(*results.first()?, checkpoint.as_ref(), range.as_ref())
            }
            Op::Snapshot {
                tape,
                schedule,
                state,
            } => self.snapshot(*tape, *schedule, state),
            Op::Retake(retake) => self.retake(retake),
            Op::Declare { value, zero } => self.begin(*value, self.zero(zero)),
            Op::Begin { value, with } => self.begin(*value, self.contribution(with)),
            Op::Set { place, what } => match what {
                Some(what) => {
                    let (place, what) = (self.adjoint(place), self.contribution(what));
                    quote!(#place = #what;)
                }
                None => self.clear(place),
            },
            Op::Add { place, what } => self.add(place, what),
            Op::Clear(p) => self.clear(p),
            Op::Forget(p) => {
                let (phase, place) = (names::ours("phase"), self.adjoint(p));
                quote!(#rt::forget(#phase, &mut #place);)
            }
            Op::First { place, what } if self.mixed() => {
                let forget = self.adjoint_op(&Op::Forget(place.clone()), results);
                let add = self.add(place, what);
                quote!(#forget #add)
            }
            Op::First { place, what } => {
                let (phase, target) = (names::ours("phase"), self.adjoint(place));
                let what = self.contribution(what);
                quote!(#rt::first(#phase, &mut #target, #what);)
            }
            Op::ForgetRest(window) => {
                let (phase, place) = (names::ours("phase"), self.adjoint(&window.of));
                let bounds = self.bounds(window);
                quote!(#rt::forget_rest(#phase, &mut #place[..], #bounds);)
            }
            Op::Reset(p, zero) => {
                let (place, zero) = (self.adjoint(p), self.zero(zero));
                quote!(#rt::renew(&mut #place, #zero);)
            }
            Op::SwapAdjoints(p, q) => self.swap(&|p| self.adjoint(p), p, q),
            Op::ReverseAdjoint(p) => {
                let place = self.adjoint(p);
                quote!(#place.reverse();)
            }
            Op::RotateAdjoint(p, n) => {
                let (place, n) = (self.adjoint(p), self.plain(*n));
                quote!(#place.rotate_right(#n);)
            }
            Op::Drain { from, to } => {
                let (from, to) = (self.adjoint(from), self.adjoint(to));
                quote!(#rt::drain(&mut #from[..], &mut #to[..]);)
            }
            Op::AddRest { from, except, to } => {
                let (from, to) = (self.adjoint_of(*from), self.adjoint(to));
                // What is not taken over may have another variant or length there.
                quote!({
                    let mut rest = ::core::clone::Clone::clone(&#from);
                    #(::core::clone::Clone::clone_from(&mut rest.#except, &#to.#except);)*
                    #(#rt::Space::clear(&mut rest.#except);)*
                    #rt::Space::accumulate(&mut #to, &rest);
                })
            }
            Op::Lengthen(p, n) => {
                let place = self.adjoint(p);
                if self.function.kind(*n) == Kind::Plain {
                    let n = self.plain(*n);
                    quote!(#rt::lengthen(&mut #place, #n);)
                } else {
                    let cut = names::value(*n);
                    quote!(#rt::lengthen_like(&mut #place, &#cut);)
                }
            }
            Op::PushAdjoint(p, what) => {
                let place = self.adjoint(p);
                let what = match what {
                    Some(what) => self.contribution(what),
                    None => {
                        let scalar = self.scalar_ty();
                        quote!(<#scalar as #rt::Real>::zero())
                    }
                };
                quote!(#place.push(#what);)
            }
            Op::PopAdjoint(p) => {
                let place = self.adjoint(p);
                let name = names::value(*results.first()?);
                quote!(let #name = #place.pop().unwrap();)
            }
            Op::Window(window) => {
                let v = *results.first()?;
                let bounds = self.bounds(window);
                let (name, view, none) = match window.view {
                    View::Shared => {
                        let (name, place) = (names::value(v), self.place(&window.of));
                        (name, quote!(#rt::window(&#place, #bounds)), quote!(&[]))
                    }
                    View::Exclusive => {
                        let (name, place) = (names::value(v), self.place_mut(&window.of));
                        let view = quote!(#rt::window_mut(&mut #place, #bounds));
                        (name, view, quote!(&mut []))
                    }
                    View::Adjoint => {
                        let (name, place) = (names::adjoint(v), self.adjoint(&window.of));
                        let view = quote!(#rt::window_mut(&mut #place, #bounds));
                        (name, view, quote!(&mut []))
                    }
                };
                match self.runs(window) {
                    None => quote!(let #name = #view;),
                    Some(runs) => quote!(let #name = if #runs { #view } else { #none };),
                }
            }
            Op::Inside(windows) => {
                let name = names::value(*results.first()?);
                let inside = windows.iter().map(|window| {
                    let bounds = self.bounds(window);
                    let place = match window.view {
                        View::Shared | View::Exclusive => self.place(&window.of),
                        View::Adjoint => self.adjoint_read(&window.of),
                    };
                    let inside = quote!(#rt::inside(&#place, #bounds));
                    match self.runs(window) {
                        None => inside,
                        Some(runs) => quote!((!(#runs) || #inside)),
                    }
                });
                quote!(let #name = #(#inside)&&*;)
            }
            Op::Pullback {
                callee,
                own,
                args,
                seed,
            } => {
                let own = match callee {
                    Callee::Path(_) | Callee::Changing(_) | Callee::Operation { .. } => {
                        TokenStream::new()
                    }
                    Callee::Method { .. } => match own {
                        Some(place) => {
                            let place = self.adjoint(place);
                            quote!(#rt::AdjointMut(&mut #place),)
                        }
                        None => quote!(#rt::Const(()),),
                    },
                };
                self.pullback(callee, own, args, *seed, results)
            }
            _ => return None,
        })
    }

    /// Whether the loop runs, where it matters: else there need not be an element to look into.
    fn runs(&self, window: &Window) -> Option<TokenStream> {
        let steps = |s: &Step| !matches!(s, Step::Field(_));
        window.of.path.iter().any(steps).then(|| {
            let (low, high) = (self.plain(window.low), self.plain(window.high));
            quote!(#low < #high)
        })
    }

    /// Where a window begins, and the range of its loop. Sums wrap around as sums of indices do.
    fn bounds(&self, window: &Window) -> TokenStream {
        let shift = Literal::u64_unsuffixed(window.shift.unsigned_abs());
        let mut base: Option<TokenStream> = None;
        for v in &window.base {
            let v = self.plain(*v);
            base = Some(match base {
                None => v,
                Some(base) => quote!(::core::primitive::usize::wrapping_add(#base, #v)),
            });
        }
        let base = match (window.shift.signum(), base) {
            (0, None) => quote!(0usize),
            (0, Some(base)) => base,
            (1, base) => {
                let base = base.unwrap_or_else(|| quote!(0));
                quote!(::core::primitive::usize::wrapping_add(#base, #shift))
            }
            (_, base) => {
                let base = base.unwrap_or_else(|| quote!(0));
                quote!(::core::primitive::usize::wrapping_sub(#base, #shift))
            }
        };
        let (low, high) = (self.plain(window.low), self.plain(window.high));
        quote!(#base, #low, #high)
    }

    fn winners(&self, winners: &Winners, results: &[Value]) -> TokenStream {
        let rt = &self.rt;
        let results: Vec<_> = results.iter().map(|v| names::value(*v)).collect();
        match winners {
            Winners::Of { init, value } => {
                let (init, value) = (self.active(*init), self.active(*value));
                quote!(let mut #(#results)* = #rt::Winners::of(#init, #value);)
            }
            Winners::See { of, item, element } => {
                let (of, item) = (names::value(*of), self.plain(*item));
                let element = self.active(*element);
                quote!(#of.see(#item, #element);)
            }
            Winners::Within { of, low, high } => {
                let of = names::value(*of);
                let (low, high) = (self.plain(*low), self.plain(*high));
                quote!(let (#(#results),*) = #of.within(#low, #high);)
            }
            Winners::Before { of, item, element } => {
                let (of, item) = (names::value(*of), self.plain(*item));
                let element = self.active(*element);
                quote!(let #(#results)* = #of.before(#item, #element);)
            }
        }
    }

    /// An adjoint variable. If it owns memory that is given back at the end of its life.
    fn begin(&self, v: Value, with: TokenStream) -> TokenStream {
        let (rt, name) = (&self.rt, names::adjoint(v));
        if self.temporary.contains(&v) {
            let owner = names::ours(&format!("{}_owner", v.0));
            quote! {
                let mut #owner = #rt::Temporary(#with);
                let #name = &mut *#owner;
            }
        } else {
            quote!(let mut #name = #with;)
        }
    }

    /// An adjoint that begins with what is in a place, of which nothing is left. Vectors are copied: their memory goes back to where
    /// it came from.
    ///
    /// ```text
    /// v_adj = copy p_adj; p_adj = 0        v_adj = replace(p_adj, 0)
    /// ```
    pub fn taken(&self, v: Value, p: &Place, zero: &Zero) -> Option<TokenStream> {
        let matrix = self.function.types.is_matrix(self.function.ty(v));
        if !matrix || self.temporary.contains(&v) {
            return None;
        }
        let (place, zero) = (self.adjoint(p), self.zero(zero));
        let taken = self.begin(v, quote!(::core::mem::replace(&mut #place, #zero)));
        let mut parts = self.parts.borrow_mut();
        let parts = parts.values_mut().filter_map(Option::take);
        Some(parts.chain([taken]).collect())
    }

    fn clear(&self, p: &Place) -> TokenStream {
        let (rt, place) = (&self.rt, self.adjoint(p));
        let is_lent = self.borrowed.contains(&p.root) && !self.temporary.contains(&p.root);
        if is_lent || !self.function.types.is_static(&self.function.kind_of(p)) {
            quote!(#rt::Space::clear(&mut #place);)
        } else {
            quote!(#rt::empty(&mut #place);)
        }
    }

    /// Floats of several widths meet: rustc finds out later which one an adjoint is of, and takes no operators of it until then.
    fn mixed(&self) -> bool {
        matches!(self.scalar, crate::ast::Scalar::Mixed)
    }

    fn negated(&self, adjoint: TokenStream) -> TokenStream {
        let rt = &self.rt;
        match self.mixed() {
            true => quote!(#rt::negated(#adjoint)),
            false => quote!(-#adjoint),
        }
    }

    fn add(&self, place: &Place, what: &Contribution) -> TokenStream {
        let rt = &self.rt;
        let target = self.adjoint(place);
        let mixed = self.mixed();
        if self.function.kind_of(place) != Kind::Float || mixed {
            let (what, kind) = match what {
                Contribution::Place(p) => (self.adjoint_read(p), self.function.kind_of(p)),
                Contribution::Adjoint(v) => (self.adjoint_of(*v), self.function.kind(*v)),
                other => (self.contribution(other), Kind::Float),
            };
            // It may come from the cast of an integer field.
            return if !mixed
                && self.function.kind_of(place) == Kind::Unknown
                && matches!(kind, Kind::Float | Kind::Unknown)
            {
                quote!(#rt::AddTo::add_to(&#what, &mut #target);)
            } else {
                quote!(#rt::Space::accumulate(&mut #target, &#what);)
            };
        }
        match what {
            Contribution::Negated(v) => {
                let v = self.adjoint_of(*v);
                quote!(#target -= #v;)
            }
            Contribution::NegatedPlace(p) => {
                let p = self.adjoint_read(p);
                quote!(#target -= #p;)
            }
            other => {
                let what = self.contribution(other);
                quote!(#target += #what;)
            }
        }
    }

    /// An adjoint times a factor; what is exactly zero contributes exactly zero.
    fn times(&self, adjoint: TokenStream, factor: Value) -> TokenStream {
        let rt = &self.rt;
        if self.is_constant(factor) {
            // A finite factor cannot make something of nothing.
            if self.constants.contains(&factor) {
                return self.scaled(adjoint, factor);
            }
            let (guards, factor) = (names::ours("guards"), self.plain(factor));
            return quote!(#rt::scaled(#guards, #adjoint, #factor));
        }
        let value = self.active(factor);
        if self.constants.contains(&factor) && !self.mixed() {
            quote!(#adjoint * #value)
        } else {
            let guards = names::ours("guards");
            quote!(#rt::product(#guards, #adjoint, #value))
        }
    }

    /// An adjoint divided by a value.
    fn over(&self, adjoint: TokenStream, divisor: Value) -> TokenStream {
        let (rt, guards, b) = (&self.rt, names::ours("guards"), self.active(divisor));
        if self.divisors.contains(&divisor) {
            quote!(#rt::shared_quotient(#guards, #adjoint, #b))
        } else {
            quote!(#rt::quotient(#guards, #adjoint, #b))
        }
    }

    fn contribution(&self, what: &Contribution) -> TokenStream {
        let (rt, guards) = (&self.rt, names::ours("guards"));
        match what {
            Contribution::Adjoint(v) if self.temporary.contains(v) => {
                let adjoint = self.adjoint_of(*v);
                quote!(#rt::temporary_copy(&#adjoint))
            }
            Contribution::Adjoint(v) => self.adjoint_of(*v),
            Contribution::Negated(v) => self.negated(self.adjoint_of(*v)),
            Contribution::Times(y, factor) => self.times(self.adjoint_of(*y), *factor),
            Contribution::Power { y, of, times } => {
                let (y, of) = (self.adjoint_of(*y), self.active(*of));
                quote!(#rt::multiple(#guards, #y, #of, #times))
            }
            Contribution::Over(y, divisor) => self.over(self.adjoint_of(*y), *divisor),
            Contribution::MinusOver { y, b } => {
                let (share, value) = (self.over(self.adjoint_of(*y), *b), self.active(*y));
                quote!(-#rt::product(#guards, #share, #value))
            }
            Contribution::Partial {
                row,
                which,
                operands,
                y,
            } => {
                let name = Ident::new(row.name, Span::call_site());
                let function = Ident::new(&format!("d{which}"), Span::call_site());
                let operands = operands
                    .iter()
                    .zip(row.partials[*which].reads)
                    .map(|(v, read)| match read {
                        Operand::Argument(k) if row.integer.contains(k) => self.plain(*v),
                        Operand::Argument(_) | Operand::Value => self.active(*v),
                    });
                let y = self.adjoint_of(*y);
                quote!(#rt::rules::#name::#function(#guards, #(#operands,)* #y))
            }
            Contribution::Cast(v, ty) => {
                let v = self.adjoint_of(*v);
                match self.mixed() {
                    true => quote!(#rt::cast::<#ty, _>(#v)),
                    false => v,
                }
            }
            Contribution::Place(p) => {
                let place = self.adjoint_read(p);
                match self.function.kind_of(p) {
                    Kind::Float => place,
                    kind if self.function.types.holds_vectors(&kind) => {
                        quote!(#rt::temporary_copy(&#place))
                    }
                    _ => quote!(#rt::ToOwned::to_owned(&#place)),
                }
            }
            Contribution::NegatedPlace(p) => self.negated(self.adjoint_read(p)),
            Contribution::Sum(p) => {
                let place = self.adjoint_read(p);
                quote!(#rt::Elements::sum(&#place[..]))
            }
            Contribution::Given(v) => names::value(*v).into_token_stream(),
        }
    }

    fn zero(&self, zero: &Zero) -> TokenStream {
        let rt = &self.rt;
        let scalar = self.scalar_ty();
        match zero {
            Zero::Scalar => quote!(#rt::nothing::<#scalar>()),
            Zero::Like(p) => {
                let place = self.place(p);
                if self.plan.varied(p.root) || !self.generic() {
                    let zero = quote!(#rt::Space::nothing_like(&#place));
                    // A struct without a derivative is an error where it is built.
                    match self.built.get(&p.root) {
                        Some(span) => names::at(*span, zero),
                        None => zero,
                    }
                } else {
                    quote!(#rt::Space::nothing_like(&#rt::LiftTo::<#scalar>::lift_to(&#place)))
                }
            }
            Zero::Of(shape) => {
                let shape = self.plain(*shape);
                quote!(#rt::Shape::nothing(#shape))
            }
            Zero::Repeat { element, count } => {
                let element = self.zero(element);
                let count: TokenStream = count.parse().unwrap_or_default();
                quote!([#element; #count])
            }
            Zero::RepeatVec { element, count } => {
                let (element, count) = (self.zero(element), self.plain(*count));
                quote!(#rt::temporary_vec(#count, || #element))
            }
            Zero::List(container, parts) => {
                let parts = parts.iter().map(|z| self.zero(z));
                match container {
                    Container::Array => quote!([#(#parts),*]),
                    Container::Vec => quote!(#rt::temporary_list([#(#parts),*])),
                    Container::Tuple => quote!((#(#parts,)*)),
                }
            }
        }
    }

    fn pullback(
        &self,
        callee: &Callee,
        own: TokenStream,
        args: &[(Argument, Option<Target>)],
        seed: Option<Value>,
        results: &[Value],
    ) -> TokenStream {
        let rt = &self.rt;
        let mut declared = Vec::new();
        let mut begun = Vec::new();
        let mut passed = Vec::new();
        // A method that changes what it is called on is one of its adjoint, too.
        let (backward, args) = match (callee, args) {
            (Callee::Changing(name), [(_, Some(Target::Place(own))), rest @ ..]) => {
                let (own, name) = (self.adjoint(own), names::sibling(name, "backward_mut"));
                (quote!((#own).#name), rest)
            }
            _ => (self.callee(callee, "backward"), args),
        };
        for (argument, target) in args {
            let root = argument.root();
            let tokens = match argument {
                Argument::Exclusive(_) => TokenStream::new(),
                _ => self.argument(argument, false),
            };
            passed.push(match target {
                Some(Target::Result(k)) => {
                    let name = names::value(results[*k]);
                    let operand = match argument {
                        Argument::Value(v) => names::value(*v).into_token_stream(),
                        Argument::Owned(p) | Argument::Shared(p) | Argument::Exclusive(p) => {
                            self.place(p)
                        }
                    };
                    let operation = matches!(callee, Callee::Operation { .. });
                    let zero = match argument {
                        Argument::Value(v) if self.function.is_float(*v) => {
                            self.zero(&Zero::Scalar)
                        }
                        _ if operation => {
                            declared.push(quote!(let mut #name = ::core::option::Option::None;));
                            begun.push(quote! {
                                let mut #name = #rt::operations::begun(#name, &#operand);
                            });
                            passed.push(quote!(#rt::operations::ActiveNew(#tokens, &mut #name)));
                            continue;
                        }
                        _ => quote!(#rt::Space::nothing_like(&#operand)),
                    };
                    declared.push(quote!(let mut #name = #zero;));
                    quote!(#rt::ActiveMut(#tokens, &mut #name))
                }
                Some(Target::Place(p)) => {
                    let place = self.adjoint(p);
                    if let Argument::Exclusive(_) = argument {
                        passed.push(quote!(#rt::AdjointMut(&mut #place)));
                        continue;
                    }
                    quote!(#rt::ActiveMut(#tokens, &mut #place))
                }
                None if matches!(argument, Argument::Exclusive(_)) => quote!(#rt::Const(())),
                None if self.is_own_number(root) => {
                    quote!(#rt::ActiveMut(#tokens, &mut #rt::Space::zero_like(#tokens)))
                }
                None if matches!(callee, Callee::Operation { .. }) => {
                    let operand = self.constant_operand(argument);
                    quote!(#rt::Const(#operand))
                }
                None => self.constant(argument),
            });
        }
        let seed = match seed {
            Some(v) => {
                let adjoint = self.adjoint_of(v);
                // Of a matrix that the call made nothing is asked any more.
                let moved =
                    self.function.is_float(v) || self.function.types.is_matrix(self.function.ty(v));
                let adjoint = if moved {
                    adjoint
                } else if self.temporary.contains(&v) {
                    quote!(#rt::temporary_copy(&#adjoint))
                } else {
                    quote!(::core::clone::Clone::clone(&#adjoint))
                };
                quote!(::core::option::Option::Some(#adjoint))
            }
            None => quote!(#rt::arguments::Unseeded),
        };
        let stack = names::ours("stack");
        let call = quote!(#backward(#stack, #own #(#passed,)* #seed););
        let call = at_callee(callee, call);
        quote!(#(#declared)* #call #(#begun)*)
    }
}
