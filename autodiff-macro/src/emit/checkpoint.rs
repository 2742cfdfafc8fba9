//! Loops of which snapshots are kept as Rust.

use super::code::{Printer, companion_path};
use super::names;
use crate::ir::{self, Callee, Checkpoint, Op, Place, Range, Region, Retake, Tape, Value, Written};
use proc_macro2::TokenStream;
use quote::quote;

impl Printer<'_> {
    pub fn schedule(
        &self,
        result: Value,
        checkpoint: Option<&Checkpoint>,
        range: Option<&Range>,
    ) -> TokenStream {
        let rt = &self.rt;
        let name = names::value(result);
        let Some(checkpoint) = checkpoint else {
            return quote!(let mut #name = #rt::checkpoint::Schedule::of_first(););
        };
        let room = match &checkpoint.snapshots {
            Some(n) => quote!(::core::option::Option::Some(#n)),
            None => quote!(::core::option::Option::None),
        };
        let steps = match range {
            Some(range) => {
                let range = self.range(range);
                quote!(#rt::checkpoint::steps(#range))
            }
            None => quote!(::core::option::Option::None),
        };
        quote!(let mut #name = #rt::checkpoint::Schedule::new(#room, #steps);)
    }

    pub fn snapshot(&self, tape: Tape, schedule: Value, state: &[Value]) -> TokenStream {
        let (schedule, stack, tag) = (
            names::value(schedule),
            names::ours("stack"),
            names::tag(tape),
        );
        let (rt, state) = (&self.rt, self.state(state));
        quote!(#rt::checkpoint::Schedule::begin(&mut #schedule, #stack, #tag, || #state);)
    }

    /// Copies of all that an iteration changes.
    fn state(&self, state: &[Value]) -> TokenStream {
        let rt = &self.rt;
        let copies = state.iter().map(|v| {
            let place = self.place(&Place::whole(*v));
            if self.references.contains(v) {
                quote!(#rt::ToOwned::to_owned(&#place))
            } else {
                quote!(::core::clone::Clone::clone(&#place))
            }
        });
        quote!((#(#copies,)*))
    }

    /// The companions of functions that are called with constants. They are named so that there are some: a function that is
    /// run again is annotated, at least as a constant, which says that it gives the same for the same.
    fn constants_called(&self, region: &Region) -> impl Iterator<Item = syn::Path> {
        let mut found: Vec<Written> = Vec::new();
        region.visit(&mut |stmt| {
            if let Op::Call {
                callee: Callee::Path(path),
                args,
                keeps: _,
            } = &stmt.op
                && !ir::is_associated(path)
                && !ir::is_of_std(path)
                && !args.iter().any(|a| self.plan.varied(a.root()))
            {
                let path = Written(companion_path(path));
                if !found.contains(&path) {
                    found.push(path);
                }
            }
        });
        found.into_iter().map(|path| path.0)
    }

    pub fn retake(&self, retake: &Retake) -> TokenStream {
        let rt = &self.rt;
        let Retake {
            in_order,
            tape,
            schedule,
            range,
            state,
            copies,
            again,
            back,
        } = retake;
        let (stack, tag) = (names::ours("stack"), names::tag(*tape));
        let schedule = names::value(*schedule);
        let methods = quote!(#rt::checkpoint::Schedule);
        let at = names::ours(&format!("at{}", tape.0));
        // What a reference to such memory is called is a reference here, too.
        let held = |v: &Value| {
            if self.memory.contains_key(v) {
                names::ours(&format!("{}_held", v.0))
            } else {
                names::value(*v)
            }
        };
        let lend = |v: &Value| {
            let inner = self.memory.get(v)?;
            let (name, held) = (names::value(*v), held(v));
            Some(
                quote!(let #name: &mut #inner = ::core::borrow::BorrowMut::borrow_mut(&mut #held);),
            )
        };
        let copied = copies.iter().map(|(cell, copy)| {
            let (name, copy, lend) = (held(cell), names::value(*copy), lend(cell));
            quote! {
                let mut #name = ::core::clone::Clone::clone(&#copy);
                #lend
            }
        });
        let restored = state.iter().map(held);
        let lent = state.iter().filter_map(lend);
        let item = range.as_ref().map(|range| {
            let item = again.params[0];
            if !self.used(item) {
                return TokenStream::new();
            }
            let (item, range) = (names::value(item), self.range(range));
            quote!(let #item = #rt::checkpoint::item(#range, #at);)
        });
        let copies = self.state(state);
        let constants = self.constants_called(again);
        let carried = &again.params[usize::from(range.is_some())..];
        let next = (!carried.is_empty()).then(|| {
            let names = carried.iter().map(|v| names::value(*v));
            let values = carried
                .iter()
                .zip(&again.yields)
                .map(|(param, y)| self.fitting(*param, *y));
            quote!((#(#names,)*) = (#(#values,)*);)
        });
        let (again, back, end) = (self.stmts(again), self.stmts(back), self.again());
        if *in_order {
            return quote!({
                #(let _ = |_: &#constants| ();)*
                #(#copied)*
                if let ::core::option::Option::Some((#(mut #restored,)*)) = #methods::first(&#schedule, #stack, #tag) {
                    #(#lent)*
                    let mut #at = 0;
                    while #methods::passes(&#schedule, #at) {
                        #item
                        #back
                        #next
                        #at += 1;
                        #end
                    }
                }
            });
        }
        quote!({
            #(let _ = |_: &#constants| ();)*
            let mut #schedule = #schedule;
            #(#copied)*
            while let ::core::option::Option::Some((mut #at, (#(mut #restored,)*))) = #methods::restore(&mut #schedule, #stack, #tag) {
                #(#lent)*
                while #methods::passes(&#schedule, #at) {
                    #methods::pass(&mut #schedule, #at, #stack, #tag, || #copies);
                    #item
                    #again
                    #next
                    #at += 1;
                    #end
                }
                #item
                #back
                #end
            }
        })
    }
}
