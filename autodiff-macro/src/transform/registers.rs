//! An adjoint that a loop only adds to, always at the same place, as a variable of its own.
//!
//! ```text
//! for i in 0..n { x_adj[k] += … }      becomes      sum = 0; for i in 0..n { sum += … }; x_adj[k] += sum
//! ```

use super::windows::{adjoint_places, whole_adjoints};
use crate::ir::{
    Contribution, Function, Kind, Op, Place, Range, Region, Stmt, Value, Values, Zero,
};

/// What stands before the loop and after it once such adjoints are variables.
#[derive(Default)]
pub struct Around {
    pub before: Vec<Stmt>,
    pub after: Vec<Stmt>,
}

/// Finds the places and puts variables into the loop's body.
pub fn open(function: &mut Function, range: &Range, body: &mut Region) -> Around {
    let inside = body.defined();
    let mut targets: Vec<Place> = Vec::new();
    let mut read: Values = Values::new();
    survey(body, &mut targets, &mut read);
    targets.retain(|p| {
        !p.path.is_empty()
            && function.kind_of(p) == Kind::Float
            && !read.contains(&p.root)
            && !inside.contains(&p.root)
            && (p.indices().is_empty() || adds(body, p))
            && !p.indices().iter().any(|v| inside.contains(v))
    });
    let mut around = Around::default();
    let mut adds = Vec::new();
    for place in targets {
        let ty = function.types.float();
        let sum = function.value(ty);
        redirect(body, &place, sum);
        let declare = Op::Declare {
            value: sum,
            zero: Zero::Scalar,
        };
        around.before.push(Stmt::new(Vec::new(), declare));
        let add = Op::Add {
            place,
            what: Contribution::Adjoint(sum),
        };
        adds.push(Stmt::new(Vec::new(), add));
    }
    guard(function, range, adds, &mut around.after);
    around
}

/// Every iteration adds to the place: one that no iteration has looked at need not be there.
fn adds(body: &Region, to: &Place) -> bool {
    let mut stmts = body.stmts.iter();
    stmts.any(|stmt| matches!(&stmt.op, Op::Add { place, what: _ } if place == to))
}

/// What is done after a loop, if it ran: where nothing ran there may be no such places.
pub fn guard(function: &mut Function, range: &Range, then: Vec<Stmt>, after: &mut Vec<Stmt>) {
    if then.is_empty() {
        return;
    }
    let ty = function.types.plain();
    let ran = function.value(ty);
    after.push(Stmt::new(vec![ran], range.runs()));
    let then = Region {
        stmts: then,
        ..Region::default()
    };
    let branch = Op::If {
        cond: ran,
        then,
        otherwise: Region::default(),
    };
    after.push(Stmt::new(Vec::new(), branch));
}

/// The places that are added to, and the roots of which something else is done with the adjoint.
pub fn survey(region: &mut Region, targets: &mut Vec<Place>, read: &mut Values) {
    for stmt in &mut region.stmts {
        read.extend(whole_adjoints(&stmt.op));
        let mut skip = None;
        if let Op::Add { place, what: _ } = &stmt.op {
            if !targets.contains(place) {
                targets.push(place.clone());
            }
            skip = Some(place.clone());
        }
        adjoint_places(&mut stmt.op, &mut |place| {
            // The target itself comes first.
            if skip.take_if(|own| own == place).is_none() {
                read.insert(place.root);
            }
        });
        for inner in stmt.op.regions_mut() {
            survey(inner, targets, read);
        }
    }
}

fn redirect(region: &mut Region, from: &Place, to: Value) {
    for stmt in &mut region.stmts {
        if let Op::Add { place, what: _ } = &mut stmt.op
            && place == from
        {
            *place = Place::whole(to);
        }
        for inner in stmt.op.regions_mut() {
            redirect(inner, from, to);
        }
    }
}
