package org.beammedallion.io.sink;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.quarantine.QuarantineFiles.QuarantineFile;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.raw.DeadLetterCoder;
import org.joda.time.Duration;

/**
 * Writes dead letters as JSON lines, in a folder for each reason and day, as the quarantine of a
 * pipeline is: {@code reason=R/date=D/cycle-N-part-P.jsonl}. Emits the files that it has written.
 * Bounded. A repeat under the same number, of the same letters, writes the same files over
 * themselves.
 *
 * <pre>{@code
 * parsed.deadLetters().apply(WriteQuarantine.to("lake/quarantine/orders").runAs(night, time));
 * }</pre>
 */
public final class WriteQuarantine
    extends PTransform<PCollection<DeadLetter>, PCollection<QuarantineFile>> {

  private static final int PARTS = 8;

  private final String folder;
  private final long number;
  private final Instant time;
  private final int parts;

  private WriteQuarantine(String folder, long number, Instant time, int parts) {
    this.folder = folder;
    this.number = number;
    this.time = time;
    this.parts = parts;
  }

  /** A folder, of which {@link #runAs} must say which run writes. */
  public static WriteQuarantine to(String folder) {
    return new WriteQuarantine(folder, -1, Instant.EPOCH, PARTS);
  }

  /**
   * @param number of the run, not negative: the files are named by it
   * @param time of the run, whose day in UTC is a folder; the same in a repeat
   */
  public WriteQuarantine runAs(long number, Instant time) {
    return new WriteQuarantine(folder, number, time, parts);
  }

  /**
   * @param parts into how many files of a reason the letters go; a worker holds the letters of one
   */
  public WriteQuarantine inParts(int parts) {
    return new WriteQuarantine(folder, number, time, parts);
  }

  @Override
  public PCollection<QuarantineFile> expand(PCollection<DeadLetter> letters) {
    if (number < 0) {
      throw new IllegalArgumentException(
          "WriteQuarantine needs the number and the time of the run: .runAs(number, time).");
    } else if (letters.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          "WriteQuarantine takes bounded letters: of a stream, a file would never be complete.");
    }
    return letters
        .apply(
            "Global",
            Window.<DeadLetter>into(new GlobalWindows())
                .triggering(DefaultTrigger.of())
                .withAllowedLateness(Duration.ZERO)
                .discardingFiredPanes())
        .apply("Part", WithKeys.of(new PartOf(parts)))
        .setCoder(KvCoder.of(VarIntCoder.of(), DeadLetterCoder.of()))
        .apply("Group", GroupByKey.create())
        .apply("Write", ParDo.of(new WriteFn(new QuarantineFiles(folder, number, time))))
        .setCoder(SerializableCoder.of(QuarantineFile.class));
  }

  /** Follows from the letter, so that a runner that computes this again makes the same parts. */
  private record PartOf(int parts) implements SerializableFunction<DeadLetter, Integer> {
    @Override
    public Integer apply(DeadLetter letter) {
      return Math.floorMod(
          31 * Arrays.hashCode(letter.payload()) + Long.hashCode(letter.provenance().position()),
          parts);
    }
  }

  private static final class WriteFn
      extends DoFn<KV<Integer, Iterable<DeadLetter>>, QuarantineFile> {
    private final QuarantineFiles files;

    WriteFn(QuarantineFiles files) {
      this.files = files;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<DeadLetter>> part, OutputReceiver<QuarantineFile> output)
        throws IOException {
      List<DeadLetter> letters = new ArrayList<>();
      part.getValue().forEach(letters::add);
      files.write(part.getKey(), letters).forEach(output::output);
    }
  }
}
