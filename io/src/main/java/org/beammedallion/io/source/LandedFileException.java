package org.beammedallion.io.source;

import java.io.FileNotFoundException;
import org.beammedallion.io.progress.LandedShard;

/** A file in bronze is not there, or not as it was when a cycle was planned that reads it. */
public final class LandedFileException extends FileNotFoundException {

  private static final long serialVersionUID = 1L;

  private LandedFileException(String message) {
    super(message);
  }

  /** With the ways out. */
  public static LandedFileException of(LandedShard range) {
    return new LandedFileException(
        range.landedFile()
            + " is not what it was when this cycle was planned: the pipeline that landed it was reset, or the file is lost. If"
            + " the topic still has the messages, run once without 'landedBy', which reads the cycle's ranges there; or"
            + " restore the file; or run once with --onDataLoss=continue, without the messages "
            + range.range().from()
            + " to "
            + (range.range().to() - 1)
            + " of "
            + range.uri()
            + ".");
  }
}
