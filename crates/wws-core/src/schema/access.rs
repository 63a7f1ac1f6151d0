//! Readers and writers that are asked for one step at a time, so that a program's function can run between two.

use crate::{
    Result,
    xml::{Reader, Writer},
};

/// A reader that makes steps: the reader itself, or one behind a lock.
pub trait ReadSteps {
    /// Makes a step.
    ///
    /// # Errors
    /// Those of the step, and of the lock.
    fn step<T>(&mut self, step: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T>;
}

/// A writer that makes steps: the writer itself, or one behind a lock.
pub trait WriteSteps {
    /// Makes a step.
    ///
    /// # Errors
    /// Those of the step, and of the lock.
    fn step<T>(&mut self, step: impl FnOnce(&mut Writer) -> Result<T>) -> Result<T>;
}

impl ReadSteps for Reader<'_> {
    #[inline]
    fn step<T>(&mut self, step: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        step(self)
    }
}

impl WriteSteps for Writer {
    #[inline]
    fn step<T>(&mut self, step: impl FnOnce(&mut Writer) -> Result<T>) -> Result<T> {
        step(self)
    }
}

impl<R: ReadSteps> ReadSteps for &mut R {
    #[inline]
    fn step<T>(&mut self, step: impl FnOnce(&mut Reader<'_>) -> Result<T>) -> Result<T> {
        (**self).step(step)
    }
}

impl<W: WriteSteps> WriteSteps for &mut W {
    #[inline]
    fn step<T>(&mut self, step: impl FnOnce(&mut Writer) -> Result<T>) -> Result<T> {
        (**self).step(step)
    }
}
