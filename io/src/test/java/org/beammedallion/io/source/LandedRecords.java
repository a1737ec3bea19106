package org.beammedallion.io.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.raw.Landed;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatchCoder;

/**
 * What came out of a transform that lands shards, in the order of shards.
 *
 * @param records as text
 */
record LandedRecords(List<String> records, List<DeadLetter> rejects, List<Landed> landed) {

  /** Hands the batches from the pipeline's threads to the test, by a file: closures are copied. */
  record Written(String folder) implements SerializableFunction<Iterable<RawBatch>, Void> {

    @Override
    public Void apply(Iterable<RawBatch> batches) {
      List<RawBatch> all = new ArrayList<>();
      batches.forEach(all::add);
      try (OutputStream out = Files.newOutputStream(Path.of(folder, "batches"))) {
        ListCoder.of(RawBatchCoder.of()).encode(all, out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return null;
    }

    static LandedRecords read(Path folder) throws IOException {
      List<RawBatch> all;
      try (InputStream in = Files.newInputStream(folder.resolve("batches"))) {
        all = ListCoder.of(RawBatchCoder.of()).decode(in);
      }
      LandedRecords result =
          new LandedRecords(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (RawBatch batch : all) {
        for (int i = 0; i < batch.count(); i++) {
          result.records().add(new String(batch.payload(i), StandardCharsets.UTF_8));
        }
        result.rejects().addAll(batch.rejects());
        if (batch.landed() != null) {
          result.landed().add(batch.landed());
        }
      }
      result.records().sort(null);
      result.landed().sort(Comparator.comparingInt(Landed::shard));
      return result;
    }
  }
}
