//! ADBench's LSTM with diagonal weights: how well it predicts the next character of a text.

use autodiff::differentiate;

use crate::{contest::Table, golden, inputs::Inputs};

/// The mean negative log-likelihood of each character given those before.
///
/// A layer has `8 bits` parameters (weights, then biases, of the gates forget, in, out and change) and `2 bits` numbers
/// of state (hidden, then cell). `extra` has the weights of the input, then weights and biases of the output.
#[differentiate(wrt(parameters, extra))]
fn loss(parameters: &[f64], extra: &[f64], state: &[f64], sequence: &[f64], bits: usize) -> f64 {
    let steps = sequence.len() / bits - 1;
    let in_weight = &extra[..bits];
    let out_weight = &extra[bits..2 * bits];
    let out_bias = &extra[2 * bits..];

    let mut state = state.to_vec();
    let mut input = vec![0.0; bits];
    let mut scores = vec![0.0; bits];
    let mut total = 0.0;
    for t in 0..steps {
        let now = &sequence[t * bits..(t + 1) * bits];
        let next = &sequence[(t + 1) * bits..(t + 2) * bits];
        for i in 0..bits {
            input[i] = now[i] * in_weight[i];
        }
        for (layer, memory) in parameters
            .chunks_exact(8 * bits)
            .zip(state.chunks_exact_mut(2 * bits))
        {
            let (weights, biases) = layer.split_at(4 * bits);
            let (hidden, cell) = memory.split_at_mut(bits);
            for i in 0..bits {
                let forget = sigmoid(input[i] * weights[i] + biases[i]);
                let ingate = sigmoid(hidden[i] * weights[bits + i] + biases[bits + i]);
                let outgate = sigmoid(input[i] * weights[2 * bits + i] + biases[2 * bits + i]);
                let change = (hidden[i] * weights[3 * bits + i] + biases[3 * bits + i]).tanh();
                cell[i] = cell[i] * forget + ingate * change;
                hidden[i] = outgate * cell[i].tanh();
                input[i] = hidden[i];
            }
        }
        let mut partition = 2.0;
        for i in 0..bits {
            scores[i] = input[i] * out_weight[i] + out_bias[i];
            partition += scores[i].exp();
        }
        let log_partition = partition.ln();
        for (truth, score) in next.iter().zip(&scores) {
            total += truth * (score - log_partition);
        }
    }
    -total / (steps * bits) as f64
}

#[differentiate]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

struct Text {
    parameters: Vec<f64>,
    extra: Vec<f64>,
    state: Vec<f64>,
    sequence: Vec<f64>,
    bits: usize,
}

impl Text {
    fn random(layers: usize, characters: usize) -> Self {
        let bits = 14;
        let mut inputs = Inputs::new(layers as u64);
        let mut uniforms = |count| inputs.uniforms(count, 0.0, 1.0);
        Self {
            parameters: uniforms(8 * layers * bits),
            extra: uniforms(3 * bits),
            state: uniforms(2 * layers * bits),
            sequence: uniforms(characters * bits)
                .iter()
                .map(|x| x.round())
                .collect(),
            bits,
        }
    }

    /// A file of ADBench.
    fn parse(text: &str) -> Self {
        let mut tokens = golden::Tokens(text.split_ascii_whitespace());
        let (layers, characters, bits) = (tokens.size(), tokens.size(), tokens.size());
        Self {
            parameters: tokens.floats(8 * layers * bits),
            extra: tokens.floats(3 * bits),
            state: tokens.floats(2 * layers * bits),
            sequence: tokens.floats(characters * bits),
            bits,
        }
    }

    fn lengths(&self) -> [usize; 2] {
        [self.parameters.len(), self.extra.len()]
    }

    fn primal(&self) -> f64 {
        loss(
            &self.parameters,
            &self.extra,
            &self.state,
            &self.sequence,
            self.bits,
        )
    }

    fn generated(&self, [parameters, extra]: &mut [Vec<f64>; 2]) -> f64 {
        loss_grad_into(
            &self.parameters,
            &self.extra,
            &self.state,
            &self.sequence,
            self.bits,
            parameters,
            extra,
        )
    }
}

/// What the reverse sweep needs of one gate's computation, and the numbers of state.
#[derive(Clone, Copy, Default)]
struct Unit {
    input: f64,
    hidden: f64,
    cell: f64,
    forget: f64,
    ingate: f64,
    outgate: f64,
    change: f64,
    tanh_cell: f64,
}

struct Workspace {
    /// By step, layer and bit.
    units: Vec<Unit>,
    /// The cotangents of the scores, by step and bit.
    scores_adj: Vec<f64>,
    outputs: Vec<f64>,
    hidden: Vec<f64>,
    cell: Vec<f64>,
    hidden_adj: Vec<f64>,
    cell_adj: Vec<f64>,
    input: Vec<f64>,
}

impl Workspace {
    fn new(text: &Text) -> Self {
        let steps = text.sequence.len() / text.bits - 1;
        let numbers = text.state.len() / 2;
        Self {
            units: vec![Unit::default(); steps * numbers],
            scores_adj: vec![0.0; steps * text.bits],
            outputs: vec![0.0; steps * text.bits],
            hidden: vec![0.0; numbers],
            cell: vec![0.0; numbers],
            hidden_adj: vec![0.0; numbers],
            cell_adj: vec![0.0; numbers],
            input: vec![0.0; text.bits],
        }
    }
}

/// Each step keeps the values of its gates, of which the derivatives are polynomials.
fn hand_written(
    text: &Text,
    workspace: &mut Workspace,
    [parameters_adj, extra_adj]: &mut [Vec<f64>; 2],
) -> f64 {
    let Text {
        parameters,
        extra,
        state,
        sequence,
        bits,
    } = text;
    let Workspace {
        units,
        scores_adj,
        outputs,
        hidden,
        cell,
        hidden_adj,
        cell_adj,
        input,
    } = workspace;
    let bits = *bits;
    let count = ((sequence.len() / bits - 1) * bits) as f64;
    parameters_adj.fill(0.0);
    extra_adj.fill(0.0);
    hidden_adj.fill(0.0);
    cell_adj.fill(0.0);
    for ((memory, hidden), cell) in state
        .chunks_exact(2 * bits)
        .zip(hidden.chunks_exact_mut(bits))
        .zip(cell.chunks_exact_mut(bits))
    {
        hidden.copy_from_slice(&memory[..bits]);
        cell.copy_from_slice(&memory[bits..]);
    }
    let (in_weight, rest) = extra.split_at(bits);
    let (out_weight, out_bias) = rest.split_at(bits);

    let layers = hidden.len();
    let mut total = 0.0;
    let texts = sequence
        .chunks_exact(bits)
        .zip(sequence.chunks_exact(bits).skip(1));
    let steps = units
        .chunks_exact_mut(layers)
        .zip(scores_adj.chunks_exact_mut(bits))
        .zip(outputs.chunks_exact_mut(bits));
    for ((now, next), ((units, scores), outputs)) in texts.zip(steps) {
        for (input, (x, weight)) in input.iter_mut().zip(now.iter().zip(in_weight)) {
            *input = x * weight;
        }
        for ((layer, units), (hidden, cell)) in parameters
            .chunks_exact(8 * bits)
            .zip(units.chunks_exact_mut(bits))
            .zip(
                hidden
                    .chunks_exact_mut(bits)
                    .zip(cell.chunks_exact_mut(bits)),
            )
        {
            let Gates {
                forget: (forget_weight, forget_bias),
                ingate: (ingate_weight, ingate_bias),
                outgate: (outgate_weight, outgate_bias),
                change: (change_weight, change_bias),
            } = Gates::of(layer, bits);
            let bits = units.len();
            let (input, hidden, cell) =
                (&mut input[..bits], &mut hidden[..bits], &mut cell[..bits]);
            for i in 0..bits {
                let unit = Unit {
                    input: input[i],
                    hidden: hidden[i],
                    cell: cell[i],
                    forget: logistic(input[i] * forget_weight[i] + forget_bias[i]),
                    ingate: logistic(hidden[i] * ingate_weight[i] + ingate_bias[i]),
                    outgate: logistic(input[i] * outgate_weight[i] + outgate_bias[i]),
                    change: (hidden[i] * change_weight[i] + change_bias[i]).tanh(),
                    tanh_cell: 0.0,
                };
                cell[i] = unit.cell * unit.forget + unit.ingate * unit.change;
                let tanh_cell = cell[i].tanh();
                units[i] = Unit { tanh_cell, ..unit };
                hidden[i] = unit.outgate * tanh_cell;
                input[i] = hidden[i];
            }
        }
        outputs.copy_from_slice(input);
        let mut partition = 2.0;
        let mut truths = 0.0;
        let weights = out_weight.iter().zip(out_bias);
        for ((score, output), (weight, bias)) in scores.iter_mut().zip(outputs.iter()).zip(weights)
        {
            *score = output * weight + bias;
        }
        // The exponentials, where the input is not needed any more.
        for (exponential, score) in input.iter_mut().zip(scores.iter()) {
            *exponential = score.exp();
            partition += *exponential;
        }
        let log_partition = partition.ln();
        for (truth, score) in next.iter().zip(scores.iter()) {
            total += truth * (score - log_partition);
            truths += truth;
        }
        let share = truths / partition / count;
        for (score, (exponential, truth)) in scores.iter_mut().zip(input.iter().zip(next)) {
            *score = exponential * share - truth / count;
        }
    }

    let (in_weight_adj, rest) = extra_adj.split_at_mut(bits);
    let (out_weight_adj, out_bias_adj) = rest.split_at_mut(bits);
    let steps = units
        .chunks_exact(layers)
        .zip(scores_adj.chunks_exact(bits))
        .zip(outputs.chunks_exact(bits));
    for (((units, scores_adj), outputs), now) in steps.zip(sequence.chunks_exact(bits)).rev() {
        let input_adj = &mut input[..];
        let weights = out_weight
            .iter()
            .zip(out_weight_adj.iter_mut().zip(out_bias_adj.iter_mut()));
        for ((input_adj, (score_adj, output)), (weight, (weight_adj, bias_adj))) in input_adj
            .iter_mut()
            .zip(scores_adj.iter().zip(outputs))
            .zip(weights)
        {
            *weight_adj += score_adj * output;
            *bias_adj += score_adj;
            *input_adj = score_adj * weight;
        }
        for (((layer, layer_adj), units), (hidden_adj, cell_adj)) in parameters
            .chunks_exact(8 * bits)
            .zip(parameters_adj.chunks_exact_mut(8 * bits))
            .zip(units.chunks_exact(bits))
            .zip(
                hidden_adj
                    .chunks_exact_mut(bits)
                    .zip(cell_adj.chunks_exact_mut(bits)),
            )
            .rev()
        {
            let gates = Gates::of(layer, bits);
            let (weights_adj, biases_adj) = layer_adj.split_at_mut(4 * bits);
            let (forget_weight_adj, rest) = weights_adj.split_at_mut(bits);
            let (ingate_weight_adj, rest) = rest.split_at_mut(bits);
            let (outgate_weight_adj, change_weight_adj) = rest.split_at_mut(bits);
            let (forget_bias_adj, rest) = biases_adj.split_at_mut(bits);
            let (ingate_bias_adj, rest) = rest.split_at_mut(bits);
            let (outgate_bias_adj, change_bias_adj) = rest.split_at_mut(bits);
            let bits = units.len();
            let (input_adj, hidden_adj, cell_adj) = (
                &mut input_adj[..bits],
                &mut hidden_adj[..bits],
                &mut cell_adj[..bits],
            );
            let change_weight_adj = &mut change_weight_adj[..bits];
            let change_bias_adj = &mut change_bias_adj[..bits];
            for (i, unit) in units.iter().enumerate() {
                let Unit {
                    input,
                    hidden,
                    cell,
                    forget,
                    ingate,
                    outgate,
                    change,
                    tanh_cell,
                } = *unit;
                let output_adj = hidden_adj[i] + input_adj[i];
                let state_adj = cell_adj[i] + output_adj * outgate * (1.0 - tanh_cell * tanh_cell);
                let forget_adj = state_adj * cell * forget * (1.0 - forget);
                let ingate_adj = state_adj * change * ingate * (1.0 - ingate);
                let outgate_adj = output_adj * tanh_cell * outgate * (1.0 - outgate);
                let change_adj = state_adj * ingate * (1.0 - change * change);
                forget_weight_adj[i] += forget_adj * input;
                forget_bias_adj[i] += forget_adj;
                ingate_weight_adj[i] += ingate_adj * hidden;
                ingate_bias_adj[i] += ingate_adj;
                outgate_weight_adj[i] += outgate_adj * input;
                outgate_bias_adj[i] += outgate_adj;
                change_weight_adj[i] += change_adj * hidden;
                change_bias_adj[i] += change_adj;
                cell_adj[i] = state_adj * forget;
                hidden_adj[i] = ingate_adj * gates.ingate.0[i] + change_adj * gates.change.0[i];
                input_adj[i] = forget_adj * gates.forget.0[i] + outgate_adj * gates.outgate.0[i];
            }
        }
        for (weight_adj, (x, input_adj)) in in_weight_adj.iter_mut().zip(now.iter().zip(&*input)) {
            *weight_adj += x * input_adj;
        }
    }
    -total / count
}

/// Weights and biases of a layer.
struct Gates<'a> {
    forget: (&'a [f64], &'a [f64]),
    ingate: (&'a [f64], &'a [f64]),
    outgate: (&'a [f64], &'a [f64]),
    change: (&'a [f64], &'a [f64]),
}

impl<'a> Gates<'a> {
    fn of(layer: &'a [f64], bits: usize) -> Self {
        let (weights, biases) = layer.split_at(4 * bits);
        let gate = |i: usize| {
            let range = i * bits..(i + 1) * bits;
            (&weights[range.clone()], &biases[range])
        };
        Self {
            forget: gate(0),
            ingate: gate(1),
            outgate: gate(2),
            change: gate(3),
        }
    }
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

pub fn run(table: &mut Table) {
    for name in ["l2_c1024", "l4_c1024"] {
        let Some(text) = golden::text(&format!("lstm/lstm_{name}.txt")) else {
            break;
        };
        let text = Text::parse(&text);
        let mut gradient = text.lengths().map(|length| vec![0.0; length]);
        let value = text.generated(&mut gradient);
        golden::check(&[value], &format!("golden/lstm_{name}_F.txt"));
        golden::check(&gradient.concat(), &format!("golden/lstm_{name}_J.txt"));
    }

    for (layers, characters) in [(2, 1024), (4, 1024), (2, 4096), (4, 4096)] {
        if table.is_counting() && (layers, characters) != (2, 1024) {
            continue;
        }
        let text = Text::random(layers, characters);
        let mut workspace = Workspace::new(&text);
        table.row(
            "lstm",
            &format!("lstm l={layers} c={characters}"),
            text.lengths(),
            || text.primal(),
            |gradient| hand_written(&text, &mut workspace, gradient),
            |gradient| text.generated(gradient),
        );
    }
}
