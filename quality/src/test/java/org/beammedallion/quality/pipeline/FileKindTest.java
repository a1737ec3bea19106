package org.beammedallion.quality.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.beammedallion.quality.yaml.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which file was named where another was meant. */
class FileKindTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.yaml | pipeline: p\\ncontract: c.yaml | PIPELINE",
        "a.json | {\"pipeline\": \"p\", \"contract\": \"c.yaml\"} | PIPELINE",
        "a.yaml | pipeline: p\\ncontract: c.yaml\\nsource: [ | PIPELINE",
        "a.yaml | apiVersion: v3.1.0\\nkind: DataContract | CONTRACT",
        "a.yaml | dataContractSpecification: 1.1.0\\nmodels: {} | CONTRACT",
        "a.yaml | apiVersion: v1\\npipeline: p | UNKNOWN",
        "a.yaml | hello | UNKNOWN",
        "a.jsonl | {\"id\": 1} | JSON",
        "a.csv | id,name | CSV",
        "a.csv.gz | anything | COMPRESSED",
        "a | PAR1rest | PARQUET",
        "a | Obj\u0001rest | AVRO",
        "a | BZhrest | COMPRESSED",
        "a | a\u0000b | BINARY"
      })
  void isToldByContentAndElseByName(String name, String content, FileKind kind) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, content.replace("\\n", "\n").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(FileKind.of(Document.of(file)), is(kind));
  }

  @Test
  void whatCannotBeReadIsUnknown() {
    assertThat(FileKind.of(Document.of(folder.resolve("absent"))), is(FileKind.UNKNOWN));
  }
}
