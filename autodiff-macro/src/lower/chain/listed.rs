//! Iterators of std's over what holds no floats, such as the words of a string or the keys of a map: their items are listed
//! before the loop, which then counts through the list.

use super::Access;
use crate::ir::{Code, Kind, Op, Place, Value};
use crate::lower::{Lowered, Lowerer};
use syn::spanned::Spanned;

/// Methods of strings.
const PIECES: [&str; 13] = [
    "bytes",
    "char_indices",
    "chars",
    "lines",
    "match_indices",
    "rsplit",
    "rsplitn",
    "split",
    "split_ascii_whitespace",
    "split_inclusive",
    "split_terminator",
    "split_whitespace",
    "splitn",
];

/// The method gives an iterator over pieces of a string.
pub(in crate::lower) fn gives_pieces(name: &str) -> bool {
    PIECES.contains(&name)
}

impl Lowerer<'_> {
    /// The items of a map or a set: of `map.iter()`, `map.keys()`, or of the map itself.
    pub(in crate::lower) fn items_of_holder(
        &mut self,
        items: &syn::Expr,
        access: Access,
    ) -> Lowered {
        let krate = &self.source.options.krate;
        let list = syn::parse_quote_spanned! {items.span()=>
            #krate::__private::listed(#items)
        };
        self.listed(items, list, access)
    }

    /// `map.get(&key)`, as an `Option` of a copy.
    pub(in crate::lower) fn lent_by_holder(&mut self, lent: &syn::Expr) -> Lowered {
        let lowered = self.opaque(lent);
        let Lowered::Value(v) = lowered else {
            return lowered;
        };
        self.enclose(v, syn::parse_quote_spanned!(lent.span()=> #lent.cloned()));
        let option = Lowered::Reference(Place::whole(v), false);
        let binding = self.option_in_memory(option, lent.span());
        self.lowered(&binding, lent.span())
    }

    /// What `opaque` has lowered of a method that `gives_pieces`.
    pub(in crate::lower) fn pieces_of_string(&mut self, items: &syn::Expr) -> Lowered {
        let krate = &self.source.options.krate;
        let list = syn::parse_quote_spanned! {items.span()=>
            ::core::iter::Iterator::collect::<#krate::__private::Vec<_>>(#items)
        };
        self.listed(items, list, Access::Value)
    }

    fn listed(&mut self, items: &syn::Expr, list: syn::Expr, access: Access) -> Lowered {
        let lowered = self.opaque(items);
        let Lowered::Value(v) = lowered else {
            return lowered;
        };
        self.enclose(v, list);
        let element = self.function.types.unknown();
        let vec = self.function.types.known(Kind::Vec(element));
        let ty = self.function.ty(v);
        self.function.types.unify(ty, vec);
        Lowered::Chain(self.elements(Place::whole(v), access, items.span()))
    }

    /// The code just taken over stands inside of other code.
    fn enclose(&mut self, v: Value, by: syn::Expr) {
        if let Some(stmt) = self.region.stmts.last_mut()
            && stmt.results == [v]
            && let Op::Opaque { code, .. } = &mut stmt.op
        {
            *code = Code::Expr(Box::new(by));
        }
    }
}
