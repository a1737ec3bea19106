package org.beammedallion.io.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.beammedallion.io.quarantine.QuarantineFiles.QuarantineFile;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.raw.DeadLetterCoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestPipelineExtension.class)
class WriteQuarantineTest {

  private static final Instant NIGHT = Instant.parse("2026-11-26T23:59:59Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private static List<DeadLetter> letters() {
    List<DeadLetter> letters = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] payload = ("{\"n\": " + i + "}").getBytes(UTF_8);
      letters.add(
          new DeadLetter(
              i % 4 == 0 ? Reason.MALFORMED : Reason.TYPE_MISMATCH,
              "detail " + i,
              null,
              payload,
              payload.length,
              new Provenance("in/a", 0, i)));
    }
    return letters;
  }

  private Map<String, List<String>> written() throws Exception {
    Map<String, List<String>> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllLines(file));
      }
    }
    return files;
  }

  private void run(TestPipeline pipeline) {
    PCollection<QuarantineFile> files =
        pipeline
            .apply(Create.of(letters()).withCoder(DeadLetterCoder.of()))
            .apply(WriteQuarantine.to(folder.toString()).runAs(7, NIGHT).inParts(3));
    PAssert.thatSingleton(
            files
                .apply(MapElements.into(TypeDescriptors.longs()).via(QuarantineFile::letters))
                .apply(Sum.longsGlobally()))
        .isEqualTo(100L);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void writesEachLetterOnceInTheFolderOfItsReason(TestPipeline pipeline) throws Exception {
    run(pipeline);
    int malformed = 0;
    List<Integer> numbers = new ArrayList<>();
    for (Map.Entry<String, List<String>> file : written().entrySet()) {
      assertThat(file.getKey(), containsString("/date=2026-11-26/cycle-0000000007-part-0000"));
      for (String line : file.getValue()) {
        JsonNode letter = JSON.readTree(line);
        String reason = letter.get("reason").textValue();
        assertThat(file.getKey(), containsString("reason=" + reason + "/"));
        malformed += reason.equals("MALFORMED") ? 1 : 0;
        numbers.add(JSON.readTree(letter.get("payload").textValue()).get("n").intValue());
      }
    }
    assertThat(malformed, is(25));
    assertThat(numbers.stream().distinct().toList(), hasSize(100));
    assertThat(numbers, hasSize(100));
  }

  @Test
  void aRepeatWritesTheSameFiles(TestPipeline pipeline) throws Exception {
    run(pipeline);
    Map<String, List<String>> first = written();
    TestPipeline again = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    again
        .apply(Create.of(letters()).withCoder(DeadLetterCoder.of()))
        .apply(WriteQuarantine.to(folder.toString()).runAs(7, NIGHT).inParts(3));
    again.run().waitUntilFinish();
    assertThat(written(), is(first));
  }

  @Test
  void wantsToKnowTheRunAndAnEnd() {
    Pipeline pipeline = Pipeline.create();
    PCollection<DeadLetter> none = pipeline.apply(Create.empty(DeadLetterCoder.of()));
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> none.apply(WriteQuarantine.to("q")))
            .getMessage(),
        containsString(".runAs(number, time)"));
    none.setIsBoundedInternal(IsBounded.UNBOUNDED);
    WriteQuarantine write = WriteQuarantine.to("q").runAs(1, NIGHT);
    assertThat(
        assertThrows(IllegalArgumentException.class, () -> none.apply("Stream", write))
            .getMessage(),
        containsString("bounded"));
  }
}
