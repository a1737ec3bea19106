package org.beammedallion.io.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.beammedallion.io.storage.SeekableInput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RawBatches;
import org.beammedallion.transforms.raw.RecordCollector;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a Parquet file as records in Avro's binary encoding: all columns, whether anybody
 * knows them or not. The schema is the header of the batches, and the number of a row its position.
 * A file that is damaged gives the rows before the damage and one dead letter. Not thread-safe.
 */
public final class ParquetRecords implements RawBatches {

  private final Framing framing;
  private final StoredInput input;
  private final RecordCollector records;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private @Nullable ParquetReader<GenericRecord> reader;
  private @Nullable GenericDatumWriter<GenericRecord> writer;
  private @Nullable BinaryEncoder encoder;
  private long position;
  private boolean finished;

  private ParquetRecords(Framing framing, StoredInput input) {
    this.framing = framing;
    this.input = input;
    this.records = new RecordCollector(framing);
  }

  /**
   * Opens the file that is the framing's source.
   *
   * @throws java.io.FileNotFoundException where it is gone
   */
  public static ParquetRecords open(Framing framing) throws IOException {
    String uri = framing.source();
    return new ParquetRecords(framing, new StoredInput(Storage.of(uri).openSeekable(uri)));
  }

  @Override
  public @Nullable RawBatch next() throws IOException {
    while (!finished && !records.isFull()) {
      try {
        step();
      } catch (IOException | RuntimeException e) {
        if (input.failed) {
          throw e;
        }
        finished = true;
        records.rejectRest(
            "The Parquet file is damaged or cannot be read at row "
                + position
                + ": "
                + e.getMessage()
                + ".",
            new byte[0],
            position);
      }
    }
    return records.take();
  }

  private void step() throws IOException {
    ParquetReader<GenericRecord> open = reader;
    if (open == null) {
      reader = reader();
      return;
    }
    GenericRecord row = open.read();
    if (row == null) {
      finished = true;
      return;
    }
    GenericDatumWriter<GenericRecord> datums = writer;
    if (datums == null) {
      Schema schema = row.getSchema();
      records.header(schema.toString().getBytes(StandardCharsets.UTF_8));
      datums = new GenericDatumWriter<>(schema);
      writer = datums;
    }
    buffer.reset();
    encoder = EncoderFactory.get().binaryEncoder(buffer, encoder);
    datums.write(row, encoder);
    encoder.flush();
    byte[] bytes = buffer.toByteArray();
    records.add(bytes, 0, bytes.length, position);
    position++;
  }

  private ParquetReader<GenericRecord> reader() throws IOException {
    PlainParquetConfiguration configuration = new PlainParquetConfiguration();
    configuration.setBoolean(AvroReadSupport.READ_INT96_AS_FIXED, true);
    configuration.setBoolean(AvroSchemaConverter.ADD_LIST_ELEMENT_RECORDS, false);
    return AvroParquetReader.<GenericRecord>builder(
            StorageParquetFile.input(framing.source(), input), configuration)
        .withDataModel(new GenericData())
        .withCompatibility(false)
        .withCodecFactory(new ZstdCodecs())
        .build();
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
    input.close();
  }

  /** Remembers whether the storage itself failed. */
  private static final class StoredInput implements SeekableInput {
    private final SeekableInput stored;
    private boolean failed;

    StoredInput(SeekableInput stored) {
      this.stored = stored;
    }

    @Override
    public long length() throws IOException {
      return stored.length();
    }

    @Override
    public int read(long from, byte[] target, int offset, int length) throws IOException {
      failed = true;
      int count = stored.read(from, target, offset, length);
      failed = false;
      return count;
    }

    @Override
    public void close() throws IOException {
      stored.close();
    }
  }
}
