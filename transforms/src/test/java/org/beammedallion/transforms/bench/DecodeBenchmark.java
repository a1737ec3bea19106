package org.beammedallion.transforms.bench;

import static org.beammedallion.transforms.decode.OrdersSchema.ORDERS;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.csv.CsvDecoder;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RecordFramer;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowEncoder;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowViews;

/**
 * CPU-seconds of one thread for a million orders: framing, decoding, and Jackson's streaming parser
 * with typed fields over the same records in the same run. Arguments: records (default 1000000),
 * rounds (default 5).
 */
public final class DecodeBenchmark {

  private static final String[] CURRENCIES = {"EUR", "USD", "GBP"};
  private static final String[] STATES = {"new", "paid", "shipped", "cancelled"};

  private DecodeBenchmark() {}

  private interface Step {
    long run() throws IOException;
  }

  public static void main(String[] args) throws IOException {
    int records = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
    String only = args.length > 2 ? args[2] : "";
    byte[] json = json(records);
    byte[] csv = csv(records);
    System.out.printf(
        Locale.ROOT,
        "%d records, JSON %.1f bytes each, CSV %.1f%n",
        records,
        (double) json.length / records,
        (double) csv.length / records);
    List<RawBatch> jsonBatches = frame(json, false);
    List<RawBatch> csvBatches = frame(csv, true);
    RecordDecoder jsonDecoder = JsonDecoder.of(ORDERS, RowCheck.NONE);
    RecordDecoder csvDecoder = CsvDecoder.of(ORDERS, CsvFormat.RFC_4180, RowCheck.NONE);
    List<RowBatch> rowBatches = jsonBatches.stream().map(jsonDecoder::decode).toList();
    for (int round = 0; round < rounds; round++) {
      measure(only, "frame lines", records, () -> frame(json, false).size());
      measure(only, "frame csv", records, () -> frame(csv, true).size());
      measure(only, "decode json", records, () -> decode(jsonBatches, jsonDecoder));
      measure(only, "decode csv", records, () -> decode(csvBatches, csvDecoder));
      measure(only, "rows and back", records, () -> viewAndEncode(rowBatches));
      measure(only, "jackson", records, () -> jackson(jsonBatches));
    }
  }

  private static void measure(String only, String name, int records, Step step) throws IOException {
    if (!name.contains(only)) {
      return;
    }
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    long result = step.run();
    double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%-14s %.3f CPU-s per million (result %d)%n",
        name,
        seconds * 1_000_000 / records,
        result);
  }

  private static List<RawBatch> frame(byte[] bytes, boolean csv) throws IOException {
    List<RawBatch> batches = new ArrayList<>();
    Framing framing = Framing.of("memory:orders", 0);
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    try (RecordFramer framer =
        csv ? RecordFramer.csv(in, framing, CsvFormat.RFC_4180) : RecordFramer.lines(in, framing)) {
      for (RawBatch batch = framer.next(); batch != null; batch = framer.next()) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private static long decode(List<RawBatch> batches, RecordDecoder decoder) {
    long rows = 0;
    for (RawBatch batch : batches) {
      rows += decoder.decode(batch).count();
    }
    return rows;
  }

  /** Opens each row as a Beam row, touches two fields, and encodes it again. */
  private static long viewAndEncode(List<RowBatch> batches) {
    RowViews views = RowViews.of(ORDERS);
    RowEncoder encoder = RowEncoder.of(ORDERS);
    long[] touched = new long[1];
    for (RowBatch batch : batches) {
      RowBuilder builder = new RowBuilder(batch.length());
      views.forEach(
          batch,
          row -> {
            touched[0] += Objects.requireNonNull(row.getString("currency")).length();
            touched[0] += Objects.requireNonNull(row.getDecimal("amount")).signum();
            encoder.encode(row, builder);
          });
    }
    return touched[0];
  }

  private static long jackson(List<RawBatch> batches) throws IOException {
    RowLayout layout = RowLayout.of(ORDERS);
    JsonFactory factory = new JsonFactory();
    long rows = 0;
    for (RawBatch batch : batches) {
      RowBuilder builder = new RowBuilder(batch.bytes().length);
      for (int i = 0; i < batch.count(); i++) {
        int row = builder.beginRow(layout);
        try (JsonParser parser =
            factory.createParser(batch.bytes(), batch.starts()[i], batch.lengths()[i])) {
          parser.nextToken();
          while (parser.nextToken() != JsonToken.END_OBJECT) {
            int field = ORDERS.indexOf(parser.getCurrentName());
            parser.nextToken();
            if (field < 0) {
              parser.skipChildren();
            } else if (field == 3) {
              BigDecimal value = parser.getDecimalValue();
              builder.setDecimal(layout, row, field, value);
            } else if (field >= 6) {
              Instant instant = OffsetDateTime.parse(parser.getText()).toInstant();
              builder.setLong(
                  layout, row, field, ChronoUnit.MICROS.between(Instant.EPOCH, instant));
            } else {
              builder.setString(layout, row, field, parser.getText());
            }
          }
        }
        rows++;
      }
    }
    return rows;
  }

  private static byte[] json(int records) {
    Random random = new Random(7);
    ByteArrayOutputStream out = new ByteArrayOutputStream(records * 220);
    for (int i = 0; i < records; i++) {
      Instant time = Instant.ofEpochSecond(1_793_577_600L + random.nextInt(172_800));
      String ordered =
          switch (random.nextInt(3)) {
            case 0 -> time.toString();
            case 1 -> time.toString().replace("Z", ".000Z");
            default -> time.plusSeconds(7200).toString().replace("Z", "+02:00");
          };
      out.writeBytes(
          String.format(
                  Locale.ROOT,
                  "{\"order_id\": \"o-%06d\", \"customer_id\": \"c-%04d\", \"customer_email\": \"%s%d@example.com\", "
                      + "\"amount\": %.2f, \"currency\": \"%s\", \"status\": \"%s\", \"ordered_at\": \"%s\", "
                      + "\"updated_at\": \"%s\"}%n",
                  i,
                  random.nextInt(10_000),
                  random.nextInt(10) == 0 ? "björn" : "erin",
                  random.nextInt(1000),
                  random.nextInt(100_000) / 100.0,
                  CURRENCIES[random.nextInt(3)],
                  STATES[random.nextInt(4)],
                  ordered,
                  time)
              .getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }

  private static byte[] csv(int records) {
    Random random = new Random(7);
    ByteArrayOutputStream out = new ByteArrayOutputStream(records * 120);
    out.writeBytes(String.join(",", ORDERS.names()).concat("\n").getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < records; i++) {
      Instant time = Instant.ofEpochSecond(1_793_577_600L + random.nextInt(172_800));
      out.writeBytes(
          String.format(
                  Locale.ROOT,
                  "o-%06d,c-%04d,\"erin%d@example.com\",%.2f,%s,%s,%s,%s%n",
                  i,
                  random.nextInt(10_000),
                  random.nextInt(1000),
                  random.nextInt(100_000) / 100.0,
                  CURRENCIES[random.nextInt(3)],
                  STATES[random.nextInt(4)],
                  time,
                  time)
              .getBytes(StandardCharsets.UTF_8));
    }
    return out.toByteArray();
  }
}
