package org.beammedallion.io.writing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Iterator;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VoidCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableBiFunction;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Adds up what the parts of a step report, writes the sum to a file for the driver, and emits the
 * file's URI. Also where no part reports. Bounded. Idempotent: a repeat writes the same file again.
 */
public final class WriteResult<R> extends PTransform<PCollection<R>, PCollection<String>> {

  private final transient R none;
  private final Coder<R> coder;
  private final SerializableBiFunction<R, R, R> plus;
  private final String uri;

  private WriteResult(R none, Coder<R> coder, SerializableBiFunction<R, R, R> plus, String uri) {
    this.none = none;
    this.coder = coder;
    this.plus = plus;
    this.uri = uri;
  }

  /** For what steps stage for a table. */
  public static WriteResult<StageResult> ofStaged(String uri) {
    return new WriteResult<>(StageResult.NONE, staged(), StageResult::plus, uri);
  }

  /** The coder of such reports. */
  public static Coder<StageResult> staged() {
    return new JsonCoder<>(StageResult.class);
  }

  static WriteResult<MaterializedBlocks> ofBlocks(String uri) {
    return new WriteResult<>(MaterializedBlocks.NONE, blocks(), MaterializedBlocks::plus, uri);
  }

  static Coder<MaterializedBlocks> blocks() {
    return new JsonCoder<>(MaterializedBlocks.class);
  }

  public static WriteResult<CompactedFiles> ofCompacted(String uri) {
    return new WriteResult<>(CompactedFiles.NONE, compacted(), CompactedFiles::plus, uri);
  }

  public static Coder<CompactedFiles> compacted() {
    return new JsonCoder<>(CompactedFiles.class);
  }

  @Override
  public PCollection<String> expand(PCollection<R> reports) {
    PCollection<R> nothing =
        reports.getPipeline().apply("Even if empty", Create.of(none).withCoder(coder));
    return PCollectionList.of(reports)
        .and(nothing)
        .apply("All reports", Flatten.pCollections())
        .apply("With one key", WithKeys.of((Void) null))
        .setCoder(KvCoder.of(VoidCoder.of(), coder))
        .apply("Group", GroupByKey.create())
        .apply("Write", ParDo.of(new WriteFn<>(plus, uri)));
  }

  private static final class WriteFn<R> extends DoFn<KV<Void, Iterable<R>>, String> {
    private final SerializableBiFunction<R, R, R> plus;
    private final String uri;

    WriteFn(SerializableBiFunction<R, R, R> plus, String uri) {
      this.plus = plus;
      this.uri = uri;
    }

    @ProcessElement
    public void process(@Element KV<Void, Iterable<R>> reports, OutputReceiver<String> output)
        throws IOException {
      Iterator<R> each = reports.getValue().iterator();
      R sum = each.next();
      while (each.hasNext()) {
        sum = plus.apply(sum, each.next());
      }
      try (AtomicOutput out = Storage.of(uri).create(uri)) {
        out.write(StagedJson.mapper().writeValueAsBytes(sum));
      }
      output.output(uri);
    }
  }

  /** As in the progress log. */
  private static final class JsonCoder<R> extends CustomCoder<R> {
    private static final ByteArrayCoder BYTES = ByteArrayCoder.of();

    private final Class<R> type;

    JsonCoder(Class<R> type) {
      this.type = type;
    }

    @Override
    public void encode(R value, OutputStream out) throws IOException {
      BYTES.encode(StagedJson.mapper().writeValueAsBytes(value), out);
    }

    @Override
    public R decode(InputStream in) throws IOException {
      return StagedJson.mapper().readValue(BYTES.decode(in), type);
    }

    /** Flink joins only what has equal coders. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof JsonCoder<?> coder && coder.type.equals(type);
    }

    @Override
    public int hashCode() {
      return type.hashCode();
    }
  }
}
