//! The places and values that an operation uses: one list, for reading and for changing them.

use super::{
    Adapter, Argument, Callee, Contribution, Count, LoopKind, Op, Place, Range, Target, Value,
    Window, Winners, Zero,
};

macro_rules! parts {
    ($($mut:tt)?) => {
        use super::*;

        /// What an operation uses.
        pub enum Part<'a> {
            Place(&'a $($mut)? Place),
            Value(&'a $($mut)? Value),
        }

        /// The places and values of the operation itself, one after the other.
        pub fn parts(op: &$($mut)? Op, f: &mut dyn FnMut(Part<'_>)) {
            match op {
                Op::Literal(_)
                | Op::Undefined
                | Op::Identity { sum: _ }
                | Op::Local
                | Op::TapePop { tape: _ } => {}
                Op::Opaque {
                    code: _,
                    captures,
                    pure: _,
                }
                | Op::Effect { code: _, captures }
                | Op::Ask { code: _, captures } => {
                    for capture in captures {
                        f(Part::Place(&$($mut)? capture.place));
                    }
                }
                Op::Neg(v) | Op::Stop { value: v, path: _ } => f(Part::Value(v)),
                Op::Cast { value, ty: _ } => f(Part::Value(value)),
                Op::Matches {
                    place,
                    pattern: _,
                    reference: _,
                } => f(Part::Place(place)),
                Op::Arith(_, a, b) => {
                    f(Part::Value(a));
                    f(Part::Value(b));
                }
                Op::Plain {
                    operator: _,
                    operands: values,
                }
                | Op::Query {
                    method: _,
                    operands: values,
                }
                | Op::Apply {
                    row: _,
                    args: values,
                }
                | Op::Aggregate(_, values)
                | Op::TapePush { tape: _, values } => each_value(values, f),
                Op::Repeat {
                    value,
                    count,
                    container: _,
                } => {
                    f(Part::Value(value));
                    if let Count::Value(n) = count {
                        f(Part::Value(n));
                    }
                }
                Op::Construct {
                    path: _,
                    fields,
                    rest,
                } => {
                    for (_, v) in fields {
                        f(Part::Value(v));
                    }
                    if let Some(p) = rest {
                        f(Part::Place(p));
                    }
                }
                Op::Blank { count: _, like } => {
                    if let Some(p) = like {
                        f(Part::Place(p));
                    }
                }
                Op::NewVec { capacity } => {
                    if let Some(v) = capacity {
                        f(Part::Value(v));
                    }
                }
                Op::Load(p)
                | Op::Copy(p)
                | Op::Len(p)
                | Op::Shape(p)
                | Op::Pop(p)
                | Op::ReverseOrder(p)
                | Op::Clear(p)
                | Op::Forget(p)
                | Op::ReverseAdjoint(p)
                | Op::PopAdjoint(p) => f(Part::Place(p)),
                Op::Store(p, v)
                | Op::Replace(p, v)
                | Op::Update(p, _, v)
                | Op::Fill(p, v)
                | Op::Push(p, v)
                | Op::Truncate(p, v)
                | Op::Rotate(p, v)
                | Op::RotateAdjoint(p, v)
                | Op::Lengthen(p, v) => {
                    f(Part::Place(p));
                    f(Part::Value(v));
                }
                Op::Swap(p, q)
                | Op::CopyFrom(p, q)
                | Op::SwapAdjoints(p, q)
                | Op::Drain { from: p, to: q } => {
                    f(Part::Place(p));
                    f(Part::Place(q));
                }
                Op::Room { tape: _, low, high } | Op::Entries { tape: _, low, high } => {
                    f(Part::Value(low));
                    f(Part::Value(high));
                }
                Op::Put { room, item, values } => {
                    f(Part::Value(room));
                    f(Part::Value(item));
                    each_value(values, f);
                }
                Op::Entry { entries, item } => {
                    f(Part::Value(entries));
                    f(Part::Value(item));
                }
                Op::Window(window) | Op::ForgetRest(window) => window_parts(window, f),
                Op::Inside(windows) => {
                    for window in windows {
                        window_parts(window, f);
                    }
                }
                Op::Call {
                    callee,
                    args,
                    keeps: _,
                } => {
                    callee_parts(callee, f);
                    for argument in args {
                        argument_parts(argument, f);
                    }
                }
                Op::Pullback {
                    callee,
                    own,
                    args,
                    seed,
                } => {
                    callee_parts(callee, f);
                    if let Some(p) = own {
                        f(Part::Place(p));
                    }
                    for (a, target) in args {
                        argument_parts(a, f);
                        if let Some(Target::Place(p)) = target {
                            f(Part::Place(p));
                        }
                    }
                    if let Some(v) = seed {
                        f(Part::Value(v));
                    }
                }
                Op::If {
                    cond,
                    then: _,
                    otherwise: _,
                } => f(Part::Value(cond)),
                Op::Loop(l) => {
                    match &$($mut)? l.kind {
                        LoopKind::For(range) => range_parts(range, f),
                        LoopKind::While => {}
                        LoopKind::Countdown(v) => f(Part::Value(v)),
                    }
                    each_value(&$($mut)? l.init, f);
                }
                Op::Schedule {
                    checkpoint: _,
                    range,
                } => {
                    if let Some(range) = range {
                        range_parts(range, f);
                    }
                }
                Op::Snapshot {
                    tape: _,
                    schedule,
                    state,
                } => {
                    f(Part::Value(schedule));
                    each_value(state, f);
                }
                Op::Retake(r) => {
                    f(Part::Value(&$($mut)? r.schedule));
                    if let Some(range) = &$($mut)? r.range {
                        range_parts(range, f);
                    }
                    for (_, copy) in &$($mut)? r.copies {
                        f(Part::Value(copy));
                    }
                }
                Op::Winners(winners) => {
                    let (of, others) = match winners {
                        Winners::Of { init, value } => (init, [Some(value), None]),
                        Winners::See { of, item, element } => (of, [Some(item), Some(element)]),
                        Winners::Within { of, low, high } => (of, [Some(low), Some(high)]),
                        Winners::Before { of, item, element } => (of, [Some(item), Some(element)]),
                    };
                    f(Part::Value(of));
                    for v in others.into_iter().flatten() {
                        f(Part::Value(v));
                    }
                }
                Op::Seed(zero) => zero_parts(zero, f),
                Op::AddRest {
                    from,
                    except: _,
                    to,
                } => {
                    f(Part::Value(from));
                    f(Part::Place(to));
                }
                Op::Declare { value, zero } => {
                    f(Part::Value(value));
                    zero_parts(zero, f);
                }
                Op::Begin { value, with } => {
                    f(Part::Value(value));
                    contribution_parts(with, f);
                }
                Op::Set { place, what } => {
                    f(Part::Place(place));
                    if let Some(what) = what {
                        contribution_parts(what, f);
                    }
                }
                Op::Add { place, what } | Op::First { place, what } => {
                    f(Part::Place(place));
                    contribution_parts(what, f);
                }
                Op::Reset(p, zero) => {
                    f(Part::Place(p));
                    zero_parts(zero, f);
                }
                Op::PushAdjoint(p, what) => {
                    f(Part::Place(p));
                    if let Some(what) = what {
                        contribution_parts(what, f);
                    }
                }
            }
        }

        fn callee_parts(callee: &$($mut)? Callee, f: &mut dyn FnMut(Part<'_>)) {
            if let Callee::Method { receiver, .. } = callee {
                f(Part::Place(receiver));
            }
        }

        fn argument_parts(argument: &$($mut)? Argument, f: &mut dyn FnMut(Part<'_>)) {
            match argument {
                Argument::Value(v) => f(Part::Value(v)),
                Argument::Owned(p) | Argument::Shared(p) | Argument::Exclusive(p) => f(Part::Place(p)),
            }
        }

        fn range_parts(range: &$($mut)? Range, f: &mut dyn FnMut(Part<'_>)) {
            f(Part::Value(&$($mut)? range.low));
            f(Part::Value(&$($mut)? range.high));
            for adapter in &$($mut)? range.adapters {
                if let Adapter::StepBy(v) = adapter {
                    f(Part::Value(v));
                }
            }
        }

        fn window_parts(window: &$($mut)? Window, f: &mut dyn FnMut(Part<'_>)) {
            let Window {
                of,
                view: _,
                base,
                shift: _,
                low,
                high,
            } = window;
            f(Part::Place(of));
            each_value(base, f);
            f(Part::Value(low));
            f(Part::Value(high));
        }

        fn zero_parts(zero: &$($mut)? Zero, f: &mut dyn FnMut(Part<'_>)) {
            match zero {
                Zero::Scalar => {}
                Zero::Like(p) => f(Part::Place(p)),
                Zero::Of(shape) => f(Part::Value(shape)),
                Zero::Repeat { element, count: _ } => zero_parts(element, f),
                Zero::RepeatVec { element, count } => {
                    zero_parts(element, f);
                    f(Part::Value(count));
                }
                Zero::List(_, parts) => {
                    for part in parts {
                        zero_parts(part, f);
                    }
                }
            }
        }

        fn contribution_parts(what: &$($mut)? Contribution, f: &mut dyn FnMut(Part<'_>)) {
            match what {
                Contribution::Adjoint(v)
                | Contribution::Negated(v)
                | Contribution::Cast(v, _)
                | Contribution::Given(v) => f(Part::Value(v)),
                Contribution::Times(a, b)
                | Contribution::Over(a, b)
                | Contribution::Power {
                    y: a,
                    of: b,
                    times: _,
                }
                | Contribution::MinusOver { y: a, b } => {
                    f(Part::Value(a));
                    f(Part::Value(b));
                }
                Contribution::Partial {
                    row: _,
                    which: _,
                    operands,
                    y,
                } => {
                    each_value(operands, f);
                    f(Part::Value(y));
                }
                Contribution::Place(p) | Contribution::NegatedPlace(p) | Contribution::Sum(p) => {
                    f(Part::Place(p))
                }
            }
        }

        fn each_value(values: &$($mut)? Vec<Value>, f: &mut dyn FnMut(Part<'_>)) {
            for v in values {
                f(Part::Value(v));
            }
        }
    };
}

pub mod read {
    parts!();
}

pub mod change {
    parts!(mut);
}
