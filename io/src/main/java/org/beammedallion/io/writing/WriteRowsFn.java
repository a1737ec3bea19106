package org.beammedallion.io.writing;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;

/**
 * Writes rows to files of a table, which stay open for the bundle, and emits at its end what was
 * written.
 */
public abstract class WriteRowsFn<T> extends DoFn<T, StageResult> {

  private final TableTarget target;
  private transient StagedFiles files;
  private transient long published;

  protected WriteRowsFn(TableTarget target) {
    this.target = target;
  }

  @StartBundle
  public void start() {
    files = new StagedFiles(target);
    published = 0;
  }

  /** Writes a row that was there before. */
  protected final void keep(byte[] bytes, int row) throws IOException {
    files.write(bytes, row, null, 0);
  }

  /** Writes a row that counts as published. */
  protected final void publish(byte[] bytes, int row) throws IOException {
    keep(bytes, row);
    published++;
  }

  @FinishBundle
  public void finish(FinishBundleContext context) throws IOException {
    context.output(
        StageResult.ofFiles(files.finish(), published),
        GlobalWindow.TIMESTAMP_MIN_VALUE,
        GlobalWindow.INSTANCE);
  }

  @Teardown
  public void tearDown() {
    if (files != null) {
      files.close();
    }
  }
}
