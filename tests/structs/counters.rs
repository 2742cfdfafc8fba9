//! Types without derivatives whose methods have names of std's that only look, and change something. They stand in a file of their own:
//! where they are called nothing tells what they do.

pub struct Counter {
    pub n: usize,
}

impl Counter {
    pub fn count(&mut self) {
        self.n += 1;
    }

    /// The next of a sequence.
    pub fn get(&mut self) -> usize {
        self.n = self.n * 5 % 17;
        self.n
    }

    pub fn start(&mut self, n: usize) {
        self.n += n;
    }
}
