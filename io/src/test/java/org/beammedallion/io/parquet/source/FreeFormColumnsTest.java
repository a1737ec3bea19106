package org.beammedallion.io.parquet.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of a source hold in columns of which the contract does not say what is in them. */
class FreeFormColumnsTest {

  private static final TypedSettings NAN_IS_NULL = new TypedSettings(true, false);
  private static final TypedSettings BINARY_IS_TEXT = new TypedSettings(false, true);
  private static final Field JSON_LIST = Field.optional("list", FieldType.JSON_ARRAY);
  private static final Field JSON_MAP = Field.optional("map", FieldType.JSON_OBJECT);

  private static final MessageType LISTS =
      MessageTypeParser.parseMessageType(
          """
          message m {
            optional group list (LIST) { repeated group list { optional double element; } }
            optional group single { optional float f; }
          }
          """);

  private static final MessageType MAPS =
      MessageTypeParser.parseMessageType(
          """
          message m {
            optional group map (MAP) {
              repeated group key_value { optional binary key (STRING); optional int64 value; }
            }
          }
          """);

  private static final MessageType BYTES =
      MessageTypeParser.parseMessageType(
          """
          message m {
            optional binary bson (BSON);
            optional binary plain;
            optional fixed_len_byte_array(2) fixed;
            optional group both { optional binary bson (BSON); optional binary plain; }
          }
          """);

  @TempDir Path folder;

  private Path file(Group row) throws IOException {
    Path file = folder.resolve("a.parquet");
    MessageType type = (MessageType) row.getType();
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type).build()) {
      out.write(row);
    }
    return file;
  }

  private static Binary bytes(String text) {
    return Binary.fromString(text);
  }

  @Test
  void nanIsNullAtAnyDepthWhereTheSourceSaysSo() throws IOException {
    Group row = new SimpleGroup(LISTS);
    Group list = row.addGroup("list");
    list.addGroup("list").add("element", 1.5);
    list.addGroup("list").add("element", Double.NaN);
    row.addGroup("single").add("f", Float.NaN);
    Path file = file(row);
    Field single = Field.optional("single", FieldType.JSON_OBJECT);
    SourceFiles.Read read = SourceFiles.read(file, NAN_IS_NULL, JSON_LIST, single);
    assertThat(read.value(0, "list"), is("[1.5,null]"));
    assertThat(read.value(0, "single"), is("{\"f\":null}"));
    SourceFiles.Read kept = SourceFiles.read(file, JSON_LIST);
    assertThat(kept.rejects().get(0).reason(), is(Reason.TYPE_MISMATCH));
  }

  @Test
  void anInfinityIsRefusedWhereNanIsNull() throws IOException {
    Group row = new SimpleGroup(LISTS);
    row.addGroup("list").addGroup("list").add("element", Double.NEGATIVE_INFINITY);
    SourceFiles.Read read = SourceFiles.read(file(row), NAN_IS_NULL, JSON_LIST);
    assertThat(read.rejects().get(0).reason(), is(Reason.TYPE_MISMATCH));
  }

  @Test
  void aKeyThatIsNullIsNotTheTextNull() throws IOException {
    Group row = new SimpleGroup(MAPS);
    Group map = row.addGroup("map");
    Group named = map.addGroup("key_value");
    named.add("key", "null");
    named.add("value", 1L);
    Path sound = file(row);
    assertThat(SourceFiles.read(sound, JSON_MAP).value(0, "map"), is("{\"null\":1}"));
    Files.delete(sound);
    map.addGroup("key_value").add("value", 2L);
    SourceFiles.Read read = SourceFiles.read(file(row), JSON_MAP);
    assertThat(read.rows(), hasSize(0));
    assertThat(read.rejects().get(0).reason(), is(Reason.TYPE_MISMATCH));
    assertThat(read.rejects().get(0).detail(), containsString("a map with a value that JSON"));
  }

  @Test
  void aKeyThatIsNoUtf8IsNoText() throws IOException {
    Group row = new SimpleGroup(MAPS);
    Group entry = row.addGroup("map").addGroup("key_value");
    entry.add("key", Binary.fromConstantByteArray(new byte[] {'a', (byte) 0xFF}));
    entry.add("value", 1L);
    SourceFiles.Read read = SourceFiles.read(file(row), JSON_MAP);
    assertThat(read.rejects().get(0).reason(), is(Reason.TYPE_MISMATCH));
  }

  @Test
  void bytesOfBsonAreNeverText() throws IOException {
    Group row = new SimpleGroup(BYTES);
    row.add("bson", bytes("ab"));
    row.add("plain", bytes("ab"));
    row.add("fixed", bytes("ab"));
    Group both = row.addGroup("both");
    both.add("bson", bytes("ab"));
    both.add("plain", bytes("ab"));
    SourceFiles.Read read =
        SourceFiles.read(
            file(row),
            BINARY_IS_TEXT,
            Field.optional("bson", FieldType.STRING),
            Field.optional("plain", FieldType.STRING),
            Field.optional("fixed", FieldType.STRING),
            Field.optional("both", FieldType.JSON_OBJECT));
    assertThat(read.value(0, "bson"), is("YWI="));
    assertThat(read.value(0, "plain"), is("ab"));
    assertThat(read.value(0, "fixed"), is("ab"));
    assertThat(read.value(0, "both"), is("{\"bson\":\"YWI=\",\"plain\":\"ab\"}"));
    assertThat(read.warning(), is(nullValue()));
  }
}
