//! Where a value stands in a chart.

/// From values to places in the picture.
pub(super) struct Scale {
    log: bool,
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// From 0, or the power of ten below the lowest, to a round number above the highest.
    pub(super) fn new(
        log: bool,
        values: impl Iterator<Item = f64> + Clone,
        from: f64,
        to: f64,
    ) -> Self {
        let highest = values.clone().fold(f64::MIN_POSITIVE, f64::max);
        let lowest = values.fold(f64::INFINITY, f64::min);
        let (low, high) = match log {
            true => (
                10f64.powf(lowest.log10().floor()),
                10f64.powf(highest.log10().ceil()),
            ),
            false => (0.0, (highest / step(highest)).ceil() * step(highest)),
        };
        Self {
            log,
            low,
            high,
            from,
            to,
        }
    }

    pub(super) fn place(&self, value: f64) -> f64 {
        let share = match self.log {
            true if self.high > self.low => {
                (value / self.low).log10() / (self.high / self.low).log10()
            }
            true => 0.5,
            false => value / self.high,
        };
        self.from + share * (self.to - self.from)
    }

    pub(super) fn ticks(&self) -> Vec<f64> {
        if self.log {
            let powers = (self.high / self.low).log10().round() as i32;
            return (0..=powers)
                .map(|power| self.low * 10f64.powi(power))
                .collect();
        }
        let step = step(self.high);
        let count = (self.high / step).round() as usize;
        (0..=count).map(|index| index as f64 * step).collect()
    }
}

/// A round number of which four to ten make up the highest.
fn step(highest: f64) -> f64 {
    let power = 10f64.powf(highest.log10().floor());
    let steps = [0.1, 0.2, 0.25, 0.5, 1.0, 2.0].map(|part| part * power);
    let fits = |step: &&f64| highest / **step <= 6.0;
    steps.iter().find(fits).copied().unwrap_or(power)
}

/// Without digits that say nothing.
pub(super) fn number(value: f64) -> String {
    match value {
        value if value >= 1e6 => format!("{} M", trimmed(value / 1e6)),
        value if value >= 1e4 => format!("{} k", trimmed(value / 1e3)),
        value => trimmed(value),
    }
}

/// With three digits behind the point, if they are not 0.
pub(super) fn trimmed(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        for (highest, expected) in [
            (100.0, 20.0),
            (7.0, 2.0),
            (1.0, 0.2),
            (60.0, 10.0),
            (32.0, 10.0),
            (25.0, 5.0),
        ] {
            let step = step(highest);
            assert!((step - expected).abs() < 1e-9, "{highest}: {step}");
        }
    }
}
