package org.beammedallion.io.bronze;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.bytes.AvroBuffer;
import org.beammedallion.transforms.decode.wire.MessageRoute;
import org.beammedallion.transforms.raw.BlockSink;
import org.beammedallion.transforms.raw.MessageFields;
import org.beammedallion.transforms.raw.PackedFields;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.Routes;
import org.jspecify.annotations.Nullable;

/**
 * The bronze file of one shard of one cycle, while it is written: the blocks of an Avro source as
 * they are, under the source's own schema and codec (format 2), or else each record in an envelope
 * of {@link #SCHEMA}. Every byte of it follows from the shard's content and the cycle's plan, and
 * mostly its name does, so that a repeated attempt writes the same file over itself. It appears
 * when it is closed; a shard without records leaves no file.
 *
 * <p>Not thread-safe.
 */
public final class BronzeFile implements Closeable, BlockSink {

  /** One record of a source. */
  public static final Schema SCHEMA = fields().endRecord();

  /** One message of a stream: a record, its key, its headers and its broker's time. */
  public static final Schema MESSAGE_SCHEMA = MessageFields.in(fields()).endRecord();

  private static SchemaBuilder.FieldAssembler<Schema> fields() {
    return SchemaBuilder.record("RawRecord")
        .namespace("org.beammedallion.bronze")
        .fields()
        .name("source")
        .doc("URI of the file, or topic and partition")
        .type()
        .stringType()
        .noDefault()
        .name("shard")
        .doc("number of the shard in the cycle's plan")
        .type()
        .intType()
        .noDefault()
        .name("position")
        .doc("byte offset in the decompressed file, or offset in the partition")
        .type()
        .longType()
        .noDefault()
        .name("ingest_time")
        .doc("the cycle's time")
        .type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
        .noDefault()
        .name("length")
        .doc("bytes of the whole record; more than the payload's where it was oversized")
        .type()
        .longType()
        .noDefault()
        .name("payload")
        .doc("the record's bytes, untouched")
        .type()
        .bytesType()
        .noDefault();
  }

  /**
   * Key of the file's metadata under which stands what preceded the records in their source and
   * tells their fields: a CSV file's first line, an Avro schema. Absent where nothing did.
   */
  public static final String HEADER = "medallion.header";

  /**
   * Key of the file's metadata under which stands the encoding of the source, where payloads are
   * its text in UTF-8; absent where payloads are the source's own bytes.
   */
  public static final String ENCODING = "medallion.encoding";

  /** Of its name. */
  public static final String EXTENSION = "avro";

  private static final PackedFields NO_FIELDS = PackedFields.of(MessageFields.NONE);

  private static final int BLOCK_BYTES = 1 << 20;
  private static final int ZSTD_LEVEL = 1;

  private final String uri;
  private final byte[] prefix;
  private final byte[] encodedTime;
  private final long ingestMicros;
  private final long syncSeed;
  private final SourceBlocks blocks;
  private MessageRoute.@Nullable Finder finder;
  private @Nullable RoutedRecords routed;
  private @Nullable Routes routes;
  private byte @Nullable [] header;
  private @Nullable String encoding;
  private boolean areMessages;
  private @Nullable AtomicOutput out;
  private @Nullable DataFileWriter<GenericRecord> writer;
  private final AvroBuffer buffer = new AvroBuffer(1024);
  private long records;
  private long bytes;

  private BronzeFile(String uri, String source, int shard, BronzeCycle cycle) {
    this.uri = uri;
    this.ingestMicros = ChronoUnit.MICROS.between(Instant.EPOCH, cycle.time());
    this.syncSeed = cycle.number() << 32 | shard;
    this.blocks = new SourceBlocks(source, cycle.number(), shard, cycle.time(), sync());
    byte[] name = source.getBytes(StandardCharsets.UTF_8);
    buffer.putBytes(name, 0, name.length);
    buffer.putLong(shard);
    prefix = buffer.copy();
    buffer.clear();
    buffer.putLong(ingestMicros);
    encodedTime = buffer.copy();
  }

  /** Of a shard that gives the same records whenever it is read. */
  public static BronzeFile of(BronzeCycle cycle, int shard, String source) {
    return new BronzeFile(cycle.file(shard, EXTENSION), source, shard, cycle);
  }

  /** Of one attempt at a shard, whose file counts only where the cycle's manifest names it. */
  public static BronzeFile ofAttempt(BronzeCycle cycle, int shard, String source) {
    return new BronzeFile(cycle.fileOfAttempt(shard, EXTENSION), source, shard, cycle);
  }

  /** Says in which encoding the source has what is written here in UTF-8; null for its bytes. */
  public void encoding(@Nullable String name) {
    encoding = name;
  }

  /** Has the messages of each route in blocks of their own; null to keep their order. */
  public BronzeFile routedBy(@Nullable MessageRoute by) {
    finder = by == null ? null : by.finder();
    return this;
  }

  @Override
  public void begin(Map<String, byte[]> metadata, long first) {
    blocks.begin(metadata, first);
  }

  @Override
  public void block(long count, byte[] compressed) throws IOException {
    blocks.write(out(), count, compressed);
  }

  /** Writes the records of a batch; those whose blocks are kept are only counted. */
  public void write(RawBatch batch) throws IOException {
    if (blocks.hasBegun()) {
      records += batch.count() + batch.rejects().size();
      return;
    }
    header = batch.header();
    if (writer != null && batch.fields() != null != areMessages) {
      throw new IllegalStateException(
          "Either all records of " + batch.source() + " are messages of a stream, or none.");
    }
    areMessages = batch.fields() != null;
    PackedFields fields = batch.fields();
    for (int i = 0; i < batch.count(); i++) {
      int size = batch.hasValue(i) ? batch.lengths()[i] : 0;
      begin(batch.positions()[i], size);
      buffer.putBytes(batch.bytes(), batch.starts()[i], size);
      if (fields != null) {
        fields.appendTo(buffer, i);
      }
      end(fields == null, finder == null ? null : finder.of(batch, i));
    }
    for (DeadLetter reject : batch.rejects()) {
      byte[] payload = reject.payload();
      begin(reject.provenance().position(), reject.payloadLength());
      buffer.putBytes(payload, 0, payload.length);
      end(true, null);
    }
  }

  private void begin(long position, long recordLength) {
    buffer.clear();
    buffer.append(prefix, 0, prefix.length);
    buffer.putLong(position);
    buffer.append(encodedTime, 0, encodedTime.length);
    buffer.putLong(recordLength);
  }

  /**
   * @param isBare whether nothing is known of the record beside its value
   * @param route null where it is for everybody
   */
  private void end(boolean isBare, @Nullable String route) throws IOException {
    if (isBare && areMessages) {
      NO_FIELDS.appendTo(buffer, 0);
    }
    DataFileWriter<GenericRecord> file = writer();
    if (routed != null) {
      routed.add(route, buffer.bytes(), buffer.length());
    } else {
      file.appendEncoded(ByteBuffer.wrap(buffer.bytes(), 0, buffer.length()));
    }
    records++;
  }

  private AtomicOutput out() throws IOException {
    AtomicOutput open = out;
    if (open == null) {
      open = Storage.of(uri).create(uri);
      out = open;
    }
    return open;
  }

  private byte[] sync() {
    return ByteBuffer.allocate(16).putLong(syncSeed).putLong(ingestMicros).array();
  }

  private DataFileWriter<GenericRecord> writer() throws IOException {
    if (writer == null) {
      Schema schema = areMessages ? MESSAGE_SCHEMA : SCHEMA;
      writer = new DataFileWriter<>(new GenericDatumWriter<>(schema));
      writer.setCodec(ZstdCodec.factory(ZSTD_LEVEL));
      writer.setSyncInterval(BLOCK_BYTES);
      if (header != null) {
        writer.setMeta(HEADER, header);
      }
      if (encoding != null) {
        writer.setMeta(ENCODING, encoding);
      }
      writer.create(schema, out(), sync());
      routed = finder == null ? null : new RoutedRecords(writer);
    }
    return writer;
  }

  /** Makes the file visible. */
  @Override
  public void close() throws IOException {
    if (out != null) {
      try {
        if (routed != null && finder != null) {
          routes = new Routes(finder.part(), routed.finish());
        }
        (writer == null ? out : writer).close();
      } catch (IOException e) {
        abort();
        throw e;
      }
      bytes = out.position();
    }
  }

  /** Drops what was written; nothing is left to be closed. */
  public void abort() {
    if (out != null) {
      out.abort();
      out = null;
      writer = null;
      routed = null;
    }
  }

  /** Removes what an earlier attempt left under this name, for nothing of the shard is kept. */
  public void delete() throws IOException {
    Storage.of(uri).delete(uri);
  }

  public long records() {
    return records;
  }

  /** Size of the closed file. */
  public long bytes() {
    return bytes;
  }

  /** Where the messages of each route are in the closed file; null where it is not routed. */
  public @Nullable Routes routes() {
    return routes;
  }

  /** Where the file is, or null where there was nothing to write. */
  public @Nullable String uri() {
    return records == 0 ? null : uri;
  }
}
