package org.beammedallion.pipelines.sample;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderPatternTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "a.csv | *.csv",
        "data/a.2026.03.csv | data/*.csv",
        "s3://bucket/a.b/c.jsonl.gz | s3://bucket/a.b/*.jsonl.gz",
        "d\\{1\\}/a\\[1\\].csv | d\\{1\\}/*.csv",
        "data/*.csv | none",
        "data/2026-*/a.csv | none",
        "{a.csv,b.csv} | none",
        "a?.csv | none",
        "data/orders | none"
      })
  void takesAllFilesWithTheEndingOfOne(String path, @Nullable String all) {
    assertThat(FolderPattern.ofFolder(path), is(all));
  }
}
