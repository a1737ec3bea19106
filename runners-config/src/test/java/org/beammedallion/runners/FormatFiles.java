package org.beammedallion.runners;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;

/** Folders with one file for each codec of a format, each of which has rows of its own. */
enum FormatFiles {
  JSON(List.of("", ".gz", ".zst", ".bz2")) {
    @Override
    void write(Path folder, String codec, int file) throws IOException {
      text(
          folder.resolve("in.jsonl" + codec),
          codec,
          "{\"id\":%d,\"a\":\"%s\"}\n{\"id\":%d,\"a\":\"%s\"}\n"
              .formatted(2 * file, nameOf(2 * file), 2 * file + 1, nameOf(2 * file + 1)));
    }
  },
  CSV(List.of("", ".gz", ".zst", ".bz2")) {
    @Override
    void write(Path folder, String codec, int file) throws IOException {
      text(
          folder.resolve("in.csv" + codec),
          codec,
          "id,a\n%d,%s\n%d,%s\n"
              .formatted(2 * file, nameOf(2 * file), 2 * file + 1, nameOf(2 * file + 1)));
    }
  },
  AVRO(List.of("null", "deflate", "snappy", "zstandard", "bzip2", "xz")) {
    @Override
    void write(Path folder, String codec, int file) throws IOException {
      try (DataFileWriter<GenericRecord> writer =
          new DataFileWriter<>(new GenericDatumWriter<>(SCHEMA))) {
        writer.setCodec(CodecFactory.fromString(codec));
        writer.create(SCHEMA, folder.resolve(codec + ".avro").toFile());
        writer.append(record(2 * file));
        writer.append(record(2 * file + 1));
      }
    }
  },
  PARQUET(
      List.of(
          "UNCOMPRESSED",
          "SNAPPY",
          "GZIP",
          "ZSTD",
          "LZ4_RAW",
          "LZ4-HADOOP",
          "LZ4-BARE",
          "LZ4-FRAME")) {
    @Override
    void write(Path folder, String codec, int file) throws IOException {
      String[] form = codec.split("-", 2);
      AvroParquetWriter.Builder<GenericRecord> builder =
          AvroParquetWriter.<GenericRecord>builder(
                  new LocalOutputFile(folder.resolve(codec + ".parquet")))
              .withSchema(SCHEMA)
              .withCompressionCodec(CompressionCodecName.valueOf(form[0]));
      if (form.length > 1) {
        builder.withCodecFactory(new OldLz4(OldLz4.Form.valueOf(form[1])));
      }
      try (ParquetWriter<GenericRecord> writer = builder.build()) {
        writer.write(record(2 * file));
        writer.write(record(2 * file + 1));
      }
    }
  };

  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              "{\"type\":\"record\",\"name\":\"row\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},"
                  + "{\"name\":\"a\",\"type\":\"string\"}]}");

  private final List<String> codecs;

  FormatFiles(List<String> codecs) {
    this.codecs = codecs;
  }

  abstract void write(Path folder, String codec, int file) throws IOException;

  /** Writes files, contract and pipeline file into a folder; returns the pipeline file. */
  Path write(Path folder) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    for (int file = 0; file < codecs.size(); file++) {
      write(data, codecs.get(file), file);
    }
    Files.writeString(
        folder.resolve(table() + ".odcs.yaml"),
        """
        apiVersion: v3.1.0
        kind: DataContract
        id: %1$s
        name: %1$s
        version: 1.0.0
        status: active
        servers:
          - {server: local, type: local, path: "data/*", format: %1$s}
        schema:
          - name: %1$s
            logicalType: object
            properties:
              - {name: id, logicalType: integer, required: true}
              - {name: a, logicalType: string}
        """
            .formatted(table()));
    return Files.writeString(
        folder.resolve(table() + ".pipeline.yaml"),
        """
        pipeline: %1$s
        contract: %1$s.odcs.yaml
        source:
          server: local
        silver:
          write: append
        """
            .formatted(table()));
  }

  /** What silver's table is called, and its pipeline. */
  String table() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The rows of all files, in order. */
  List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (int id = 0; id < 2 * codecs.size(); id++) {
      rows.add(List.of(Integer.toString(id), nameOf(id)));
    }
    return rows;
  }

  private static String nameOf(int id) {
    return "größe " + id;
  }

  private static GenericRecord record(int id) {
    GenericRecord record = new GenericData.Record(SCHEMA);
    record.put("id", (long) id);
    record.put("a", nameOf(id));
    return record;
  }

  private static void text(Path file, String codec, String text) throws IOException {
    try (OutputStream stored = Files.newOutputStream(file);
        OutputStream out =
            switch (codec) {
              case ".gz" -> new GZIPOutputStream(stored);
              case ".zst" -> new ZstdOutputStream(stored);
              case ".bz2" -> new BZip2CompressorOutputStream(stored);
              default -> stored;
            }) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
