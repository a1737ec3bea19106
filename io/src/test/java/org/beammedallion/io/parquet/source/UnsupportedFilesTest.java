package org.beammedallion.io.parquet.source;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.crypto.ColumnEncryptionProperties;
import org.apache.parquet.crypto.FileEncryptionProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.typed.TypedDecoder;
import org.beammedallion.transforms.decode.typed.TypedSettings;
import org.beammedallion.transforms.raw.RefusedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parquet files that parquet-java writes and that are refused, by the name of what is in them. */
class UnsupportedFilesTest {

  private static final byte[] KEY = "0123456789012345".getBytes(StandardCharsets.US_ASCII);
  private static final MessageType TYPE =
      Types.buildMessage()
          .required(PrimitiveTypeName.INT64)
          .named("id")
          .optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named("secret")
          .named("m");

  @TempDir Path folder;

  private Path encrypted(FileEncryptionProperties encryption) throws IOException {
    Path file = folder.resolve("encrypted.parquet");
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(TYPE)
            .withEncryption(encryption)
            .build()) {
      Group row = new SimpleGroup(TYPE);
      row.add("id", 1L);
      row.add("secret", "x");
      out.write(row);
    }
    return file;
  }

  private static String refusal(Path file, Field... fields) {
    return assertThrows(RefusedFileException.class, () -> SourceFiles.read(file, fields)).why();
  }

  @Test
  void anEncryptedFooterIsRefused() throws IOException {
    Path file = encrypted(FileEncryptionProperties.builder(KEY).build());
    assertThat(refusal(file, Field.required("id", FieldType.LONG)), containsString("is encrypted"));
  }

  @Test
  void anEncryptedFileWithAPlainFooterIsRefused() throws IOException {
    Path file = encrypted(FileEncryptionProperties.builder(KEY).withPlaintextFooter().build());
    assertThat(refusal(file, Field.required("id", FieldType.LONG)), containsString("is encrypted"));
  }

  @Test
  void anEncryptedColumnIsRefused() throws IOException {
    ColumnPath secret = ColumnPath.get("secret");
    byte[] key = Arrays.copyOf("another key 4711".getBytes(StandardCharsets.US_ASCII), 16);
    Path file =
        encrypted(
            FileEncryptionProperties.builder(KEY)
                .withPlaintextFooter()
                .withEncryptedColumns(
                    Map.of(secret, ColumnEncryptionProperties.builder(secret).withKey(key).build()))
                .build());
    assertThat(
        refusal(file, Field.required("secret", FieldType.STRING)), containsString("encrypted"));
  }

  @Test
  void aVariantIsRefusedByItsName() throws IOException {
    MessageType type =
        Types.buildMessage()
            .required(PrimitiveTypeName.INT64)
            .named("id")
            .optionalGroup()
            .as(LogicalTypeAnnotation.variantType((byte) 1))
            .required(PrimitiveTypeName.BINARY)
            .named("metadata")
            .required(PrimitiveTypeName.BINARY)
            .named("value")
            .named("payload")
            .named("m");
    Path file = folder.resolve("variant.parquet");
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type).build()) {
      Group row = new SimpleGroup(type);
      row.add("id", 1L);
      Group payload = row.addGroup("payload");
      payload.add("metadata", Binary.fromConstantByteArray(new byte[] {1, 0, 0}));
      payload.add("value", Binary.fromConstantByteArray(new byte[] {12, 7}));
      out.write(row);
    }
    for (FieldType wanted : new FieldType[] {FieldType.STRING, FieldType.JSON_OBJECT}) {
      assertThat(
          refusal(file, Field.optional("payload", wanted)),
          allOf(containsString("'payload'"), containsString("VARIANT")));
    }
    assertThat(
        "a column that nobody wants hinders nobody",
        SourceFiles.read(file, Field.required("id", FieldType.LONG)).value(0, "id"),
        is(1L));
  }

  /** As Spark 4.0 writes it: without an annotation, and noted in its own schema. */
  private Path sparkVariants(Map<String, String> notes) throws IOException {
    MessageType type =
        MessageTypeParser.parseMessageType(
            """
            message spark_schema {
              required int64 id;
              optional group payload { required binary value; required binary metadata; }
              optional group shredded {
                required binary metadata; optional binary value;
                optional group typed_value { optional int64 a; }
              }
              optional group outer {
                optional group inner { required binary value; required binary metadata; }
              }
              optional group list (LIST) {
                repeated group list {
                  optional group element { required binary value; required binary metadata; }
                }
              }
              optional group map (MAP) {
                repeated group key_value {
                  required binary key (STRING);
                  optional group value { required binary value; required binary metadata; }
                }
              }
              optional group plain { optional binary metadata (STRING); optional binary value; }
            }
            """);
    Path file = folder.resolve("spark.parquet");
    Files.deleteIfExists(file);
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(type)
            .withExtraMetaData(notes)
            .build()) {
      Group row = new SimpleGroup(type);
      row.add("id", 1L);
      Group payload = row.addGroup("payload");
      payload.add("value", Binary.fromConstantByteArray(new byte[] {12, 7}));
      payload.add("metadata", Binary.fromConstantByteArray(new byte[] {1, 0, 0}));
      Group plain = row.addGroup("plain");
      plain.add("metadata", "m");
      plain.add("value", Binary.fromConstantByteArray(new byte[] {12, 7}));
      out.write(row);
    }
    return file;
  }

  private static final Map<String, String> SPARK_SCHEMA =
      Map.of(
          "org.apache.spark.sql.parquet.row.metadata",
          """
          {"type":"struct","fields":[
            {"name":"id","type":"long","nullable":false,"metadata":{}},
            {"name":"payload","type":"variant","nullable":true,"metadata":{}},
            {"name":"shredded","type":"variant","nullable":true,"metadata":{}},
            {"name":"outer","type":{"type":"struct","fields":[
              {"name":"inner","type":"variant","nullable":true,"metadata":{}}]},
              "nullable":true,"metadata":{}},
            {"name":"list","type":{"type":"array","elementType":"variant","containsNull":true},
              "nullable":true,"metadata":{}},
            {"name":"map","type":{"type":"map","keyType":"string","valueType":"variant",
              "valueContainsNull":true},"nullable":true,"metadata":{}}]}
          """);

  private static FieldType object(String... names) {
    return new FieldType.ObjectType(
        RecordSchema.of(
            Arrays.stream(names)
                .map(name -> Field.optional(name, FieldType.STRING))
                .toArray(Field[]::new)));
  }

  @Test
  void aVariantThatSparkAloneTellsOfIsRefusedByItsName() throws IOException {
    Path file = sparkVariants(SPARK_SCHEMA);
    FieldType parts = object("metadata", "value");
    Map<Field, String> refused =
        Map.of(
            Field.optional("payload", FieldType.STRING), "'payload'",
            Field.optional("payload", parts), "'payload'",
            Field.optional("payload", FieldType.JSON_OBJECT), "'payload'",
            Field.optional("shredded", FieldType.JSON_OBJECT), "'shredded'",
            Field.optional("outer", object("inner")), "'outer.inner'",
            Field.optional("outer", FieldType.JSON_OBJECT), "'outer.inner'",
            Field.optional("list", new FieldType.ArrayType(Field.optional("element", parts))),
                "'list.list.element'",
            Field.optional("list", FieldType.JSON_ARRAY), "'list.list.element'",
            Field.optional("map", FieldType.JSON_OBJECT), "'map.key_value.value'");
    refused.forEach(
        (field, column) ->
            assertThat(
                refusal(file, field), allOf(containsString(column), containsString("VARIANT"))));
    assertThat(SourceFiles.read(file, Field.required("id", FieldType.LONG)).value(0, "id"), is(1L));
  }

  @Test
  void whatLooksLikeAVariantIsRefusedWhereTheContractSaysNothingOfIt() throws IOException {
    Path file = sparkVariants(Map.of("org.apache.spark.sql.parquet.row.metadata", "{variant"));
    for (String column : List.of("payload", "shredded", "outer", "map")) {
      assertThat(
          refusal(file, Field.optional(column, FieldType.JSON_OBJECT)),
          allOf(containsString("'" + column), containsString("VARIANT")));
    }
    assertThat(
        refusal(file, Field.optional("list", FieldType.JSON_ARRAY)), containsString("VARIANT"));
    SourceFiles.Read read =
        SourceFiles.read(
            file,
            Field.optional("payload", object("metadata", "value")),
            Field.optional("plain", FieldType.JSON_OBJECT));
    assertThat(read.value(0, "payload"), is(Map.of("metadata", "AQAA", "value", "DAc=")));
    assertThat(read.value(0, "plain"), is("{\"metadata\":\"m\",\"value\":\"DAc=\"}"));
  }

  /** BSON is bytes, as {@code docs/contract.md} says. */
  @Test
  void bsonAndColumnsOfNullsAreRead() throws IOException {
    MessageType type =
        Types.buildMessage()
            .required(PrimitiveTypeName.BINARY)
            .as(LogicalTypeAnnotation.bsonType())
            .named("bson")
            .optional(PrimitiveTypeName.INT32)
            .as(LogicalTypeAnnotation.unknownType())
            .named("nothing")
            .named("m");
    Path file = folder.resolve("bson.parquet");
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type).build()) {
      Group row = new SimpleGroup(type);
      row.add("bson", Binary.fromConstantByteArray(new byte[] {5, 0, 0, 0, 0}));
      out.write(row);
    }
    SourceFiles.Read read =
        SourceFiles.read(
            file,
            Field.required("bson", FieldType.STRING),
            Field.optional("nothing", FieldType.DATE));
    assertThat("in base64", read.value(0, "bson"), is("BQAAAAA="));
    assertThat(read.value(0, "nothing"), is(nullValue()));
  }

  @Test
  void aRowThatIsTooLargeIsADeadLetterWithItsBeginning() throws IOException {
    Path file = folder.resolve("large.parquet");
    try (ParquetWriter<Group> out =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(TYPE).build()) {
      for (String text : new String[] {"short", "x".repeat(100_000), "short too"}) {
        Group row = new SimpleGroup(TYPE);
        row.add("id", 1L);
        row.add("secret", text);
        out.write(row);
      }
    }
    RecordSchema schema =
        RecordSchema.of(
            Field.required("id", FieldType.LONG), Field.optional("secret", FieldType.STRING));
    TypedDecoder decoder =
        TypedDecoder.rows(schema, TypedSettings.DEFAULT, RowCheck.NONE).withMaxRecordBytes(1000);
    SourceFiles.Read read = SourceFiles.read(file, 1, decoder, schema);
    assertThat(read.column("secret"), is(List.of("short", "short too")));
    DeadLetter letter = read.rejects().get(0);
    assertThat(letter.reason(), is(Reason.OVERSIZED));
    assertThat(letter.detail(), containsString("the limit is 1000"));
    assertThat(letter.provenance().position(), is(1L));
    assertThat(letter.payloadLength(), is(greaterThan(100_000L)));
    assertThat(letter.payload().length, is(lessThan(100_000)));
    assertThat(
        new String(letter.payload(), StandardCharsets.UTF_8), startsWith("{\"id\":1,\"secret\":"));
  }
}
