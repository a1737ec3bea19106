package org.beammedallion.io.parquet.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ArrayType;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever byte of a file is another one: it is read or refused, and costs no more memory than a
 * file of its size does.
 */
class DamagedLengthsTest {

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message m {
            required int64 id;
            optional int32 n;
            optional binary s (STRING);
            required boolean b;
            optional binary d (STRING);
            optional group l (LIST) { repeated group list { optional int64 element; } }
          }
          """);

  private static final Field[] FIELDS = {
    Field.optional("id", FieldType.LONG),
    Field.optional("n", FieldType.LONG),
    Field.optional("s", FieldType.STRING),
    Field.optional("b", FieldType.BOOLEAN),
    Field.optional("d", FieldType.STRING),
    Field.optional("l", new ArrayType(Field.optional("element", FieldType.LONG)))
  };

  private static final int ROWS = 40;
  private static final long MOST_BYTES = 24L << 20;

  @TempDir Path folder;

  private Path write(WriterVersion version) throws IOException {
    Path file = folder.resolve(version + ".parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(SCHEMA)
            .withWriterVersion(version)
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .withDictionaryEncoding(false)
            .withDictionaryEncoding("d", true)
            .withPageWriteChecksumEnabled(false)
            .build()) {
      for (int i = 0; i < ROWS; i++) {
        Group row = new SimpleGroup(SCHEMA);
        row.add("id", (long) i);
        row.add("b", i % 3 == 0);
        if (i % 4 != 1) {
          row.add("n", i * i);
          row.add("s", "text " + i * 7);
          row.add("d", "d" + i % 3);
          Group list = row.addGroup("l");
          for (int j = 0; j < i % 5; j++) {
            list.addGroup("list").add("element", (long) j);
          }
        }
        writer.write(row);
      }
    }
    return file;
  }

  @ParameterizedTest
  @EnumSource
  void aFlippedByteCostsNoMemory(WriterVersion version) throws IOException {
    Path file = write(version);
    byte[] right = Files.readAllBytes(file);
    assertThat(SourceFiles.read(file, FIELDS).rows().size(), is(ROWS));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int refused = 0;
    for (int at = 4; at < right.length - 8; at++) {
      for (int value : new int[] {0xFF, 0x7F, 0x80, right[at] ^ 1}) {
        byte[] wrong = right.clone();
        wrong[at] = (byte) value;
        Files.write(file, wrong);
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
          SourceFiles.read(file, FIELDS);
        } catch (RefusedFileException e) {
          refused++;
          assertThat("byte " + at, e.why(), not(containsString("more memory")));
        }
        long cost = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat("byte " + at + " is " + value, cost, is(lessThan(MOST_BYTES)));
      }
    }
    assertThat(refused, is(greaterThan(right.length / 4)));
  }
}
