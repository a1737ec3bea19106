package org.beammedallion.io.writing;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(TestPipelineExtension.class)
class WriteResultTest {

  @TempDir Path folder;

  private StageResult written(TestPipeline run, List<StageResult> reports) throws IOException {
    String uri = folder.resolve("result.json").toUri().toString();
    PCollection<String> result =
        run.apply(Create.of(reports).withCoder(WriteResult.staged()))
            .apply(WriteResult.ofStaged(uri));
    PAssert.that(result).containsInAnyOrder(uri);
    run.run().waitUntilFinish();
    return StagedJson.decode(Files.readAllBytes(folder.resolve("result.json")));
  }

  @Test
  void addsUpWhatThePartsReport(TestPipeline run) throws IOException {
    List<StageResult> reports =
        IntStream.rangeClosed(1, 100)
            .mapToObj(part -> StageResult.of(new RowFigures(part, part, 1, 0)))
            .toList();
    StageResult sum = written(run, reports);
    assertThat(sum.published(), is(5050L));
    assertThat(sum.rows().duplicate(), is(100L));
  }

  @Test
  void writesAResultWhereNoPartReports(TestPipeline run) throws IOException {
    assertThat(written(run, List.of()).published(), is(0L));
  }
}
