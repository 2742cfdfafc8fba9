//! Arrays that an iteration fills by a loop and its reverse reads: filled again where what they are made of is there, or can be taken
//! back; kept elsewhere.

const WIDTH: usize = 3;

#[autodiff::differentiate]
fn log_sum_exp(values: &[f64]) -> f64 {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = values.iter().map(|value| (value - top).exp()).sum();
    top + total.ln()
}

#[autodiff::differentiate(wrt(scale))]
fn stir(values: &mut [f64; WIDTH], scale: f64) -> f64 {
    for i in 0..WIDTH {
        values[i] = (scale * values[i]).sin();
    }
    values[0] * values[WIDTH - 1]
}

agree! {
    from_a_state_that_is_replaced: |x, w, n| {
        let mut state = [w[0], w[1], 0.3];
        for k in 0..n {
            let mut next = [0.0; super::WIDTH];
            for s in 0..super::WIDTH {
                let mut terms = [0.0; super::WIDTH];
                for from in 0..super::WIDTH {
                    terms[from] = state[from] + x[(from * s + k) % x.len()];
                }
                next[s] = super::log_sum_exp(&terms) + w[s % w.len()];
            }
            state = next;
        }
        super::log_sum_exp(&state)
    }
    from_what_is_overwritten_in_the_same_iteration: |x, w, n| {
        let mut state = [w[0], w[1], 0.3];
        let mut sum = 0.0_f64;
        for k in 0..n {
            for s in 0..super::WIDTH {
                let mut terms = [0.0; super::WIDTH];
                for from in 0..super::WIDTH {
                    terms[from] = state[from] * x[(from + k) % x.len()];
                }
                sum += super::log_sum_exp(&terms);
                state[s] = 0.5 * super::log_sum_exp(&terms) + w[s % w.len()];
                state[0] *= 0.5;
            }
        }
        sum + state[1]
    }
    from_what_costs_much: |x, w, n| {
        let mut sum = 0.0_f64;
        for k in 0..n {
            let (a, b) = (x[k % x.len()].exp(), (w[0] * k as f64).sin());
            let mut terms = [0.5; super::WIDTH];
            for i in 0..super::WIDTH {
                terms[i] = a * x[i] + b;
            }
            sum += super::log_sum_exp(&terms) * super::log_sum_exp(&terms[1..]);
        }
        sum
    }
    by_what_costs_much: |x, w, n| {
        let mut sum = 0.0_f64;
        for k in 0..n {
            let mut terms = [0.0; super::WIDTH];
            for i in 0..super::WIDTH {
                terms[i] = (x[i] * w[k % w.len()]).exp();
            }
            for i in 0..super::WIDTH {
                sum += terms[i] * terms[(i + 1) % super::WIDTH];
            }
        }
        sum
    }
    twice_and_looked_at_in_between: |x, w, n| {
        let mut sum = 0.0_f64;
        for k in 0..n {
            let mut terms = [w[0]; super::WIDTH];
            for i in 1..super::WIDTH {
                terms[i] = x[i] + x[k % x.len()];
            }
            let between = terms[1] * terms[0];
            for i in 0..k.min(2) {
                terms[i] = w[1] - x[i + 1];
            }
            sum += between.sin() * super::log_sum_exp(&terms) + terms[0] * terms[1];
        }
        sum
    }
    some_elements_only: |x, w, n| {
        let mut sum = 0.0_f64;
        for k in 0..n {
            let mut terms = [0.1; super::WIDTH];
            for i in 0..super::WIDTH {
                if (i + k) % 2 == 0 {
                    terms[i] = x[i] * w[0];
                }
            }
            let mut others = [w[1]; super::WIDTH];
            for i in 0..super::WIDTH {
                if x[i] > 0.5 {
                    break;
                }
                others[i] = x[i] - w[0];
            }
            sum += super::log_sum_exp(&terms) * super::log_sum_exp(&others);
        }
        sum
    }
    written_to_after_it_was_filled: |x, w, n| {
        let mut sum = 0.0_f64;
        for k in 0..n {
            let mut terms = [0.0; super::WIDTH];
            for i in 0..super::WIDTH {
                terms[i] = x[i] * w[0];
            }
            sum += super::log_sum_exp(&terms);
            sum += super::stir(&mut terms, w[1]);
            terms[k % super::WIDTH] = 0.25;
            sum += super::log_sum_exp(&terms);
        }
        sum
    }
    from_what_a_call_changes: |x, w, n| {
        let mut state = [x[0], x[1], x[2]];
        let mut sum = 0.0_f64;
        for k in 0..n {
            let mut terms = [0.0; super::WIDTH];
            for i in 0..super::WIDTH {
                terms[i] = state[i] * w[0];
            }
            sum += super::log_sum_exp(&terms) * terms[k % super::WIDTH];
            sum += super::stir(&mut state, w[1]);
        }
        sum
    }
    in_a_branch_and_in_steps: |x, w, n| {
        let mut state = [w[0], x[1], w[1]];
        let mut sum = 0.0_f64;
        for k in 0..n {
            if k % 2 == 0 {
                let mut terms = [0.2; super::WIDTH];
                for i in (0..super::WIDTH).rev().step_by(2) {
                    terms[i] = state[i] - x[k % x.len()];
                }
                sum += super::log_sum_exp(&terms);
                state = terms;
            } else {
                state = [sum, state[0], 0.5];
            }
        }
        sum * state[0]
    }
    a_state_of_arrays: |x, w, n| {
        let mut state = [[w[0]; super::WIDTH], [w[1]; super::WIDTH]];
        let mut sum = 0.0_f64;
        for k in 0..n {
            let mut next = [[0.0; super::WIDTH]; 2];
            for s in 0..2 {
                let mut row = [0.0; super::WIDTH];
                for i in 0..super::WIDTH {
                    row[i] = state[1 - s][i] * x[(i + k) % x.len()];
                }
                sum += super::log_sum_exp(&row);
                next[s][k % super::WIDTH] = row[0].sin();
            }
            state = next;
        }
        sum + state[0][0] * state[1][1]
    }
    a_state_without_a_beginning: |x, w, n| {
        let mut state: [f64; super::WIDTH];
        let mut sum = 0.0_f64;
        state = [w[0], w[1], x[0]];
        for k in 0..n {
            let mut terms = [0.0; super::WIDTH];
            for i in 0..super::WIDTH {
                terms[i] = state[i] * x[1];
            }
            sum += super::log_sum_exp(&terms);
            state = [sum, terms[k % super::WIDTH], state[0]];
        }
        sum
    }
    with_snapshots: |x, w, n| {
        let mut state = [w[0], w[1], 0.3];
        let mut sum = 0.0_f64;
        #[checkpoint(2)]
        for k in 0..n {
            let mut terms = [0.0; super::WIDTH];
            for i in 0..super::WIDTH {
                terms[i] = state[i] * x[(i + k) % x.len()];
            }
            sum += super::log_sum_exp(&terms);
            state = [sum.sin(), state[0], terms[1]];
        }
        sum
    }
}
