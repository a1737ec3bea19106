package org.beammedallion.transforms.decode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.avro.AvroDecoder;
import org.beammedallion.transforms.decode.avro.AvroDecoderTest;
import org.beammedallion.transforms.decode.change.Changes;
import org.beammedallion.transforms.decode.change.DebeziumDecoder;
import org.beammedallion.transforms.decode.change.DebeziumFormat;
import org.beammedallion.transforms.decode.change.DmsDecoder;
import org.beammedallion.transforms.decode.change.DmsFormat;
import org.beammedallion.transforms.raw.CsvFormat;
import org.beammedallion.transforms.row.RowBatch;

/**
 * What a record becomes depends on nothing but the record: in any order and however they are cut
 * into batches, records give the same rows, deletes and dead letters.
 */
class NeighboursProperties {

  private static final List<String> SCHEMAS =
      List.of(
          "",
          "null",
          "{'fields':[]}",
          schema("'name':'io.debezium.time.MicroTimestamp','type':'int64'", "'type':'string'"),
          schema("'name':'io.debezium.time.Timestamp','type':'int64'", "'type':'bytes'"),
          schema("'type':'int64'", decimal("'parameters':{'scale':'1'},")),
          schema("'name':'io.debezium.time.Year','type':'int32'", decimal("")),
          "{'fields':[{'field':'before','fields':[{'field':'id','type':'int64'}]},{'field':");

  private static final List<String> IMAGES =
      List.of(
          "'id':1,'full_name':'n','at':1700000000000",
          "'id':2,'full_name':'n','price':'AQ=='",
          "'id':3,'full_name':'n','price':'12.50','at':'2023-11-14T22:13:20Z'",
          "'id':4,'full_name':'__debezium_unavailable_value'",
          "'id':5,'full_name':'n','tags':['a','b'],'more':1",
          "'id':6,'full_name':'n','price':{'scale':2,'value':'AQ=='}",
          "'id':7",
          "'id':'x','full_name':'n'",
          "'full_name':'n'");

  private static final List<String> SOURCES =
      List.of(
          "{'lsn':10,'ts_ms':1700000000000}",
          "{'lsn':11,'sequence':'[\\'9\\',\\'11\\']'}",
          "{'file':'b.000003','pos':4,'row':1,'server_id':7,'gtid':'aa:5','ts_ms':1700000000000}",
          "{'commit_lsn':'00000027:00000758:000a','change_lsn':'00000027:00000758:0005'}",
          "{'scn':'99','commit_scn':'100'}",
          "{'ts_ms':1700000000000}",
          "{}");

  private static String schema(String at, String price) {
    String columns = "{'field':'at'," + at + "},{'field':'price'," + price + "}";
    return "{'fields':[{'field':'before','fields':["
        + columns
        + "]},{'field':'after','fields':["
        + columns
        + "]}]}";
  }

  private static String decimal(String parameters) {
    return "'type':'bytes'," + parameters + "'name':'org.apache.kafka.connect.data.Decimal'";
  }

  private static <T> T any(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }

  private static byte[] event(Random random) {
    int kind = random.nextInt(20);
    String text = kind == 0 ? "null" : kind == 1 ? "{'op':'t'}" : kind == 2 ? "{]" : null;
    if (text == null) {
      String image = "{" + any(IMAGES, random) + "}";
      String operation = any(List.of("c", "u", "r", "d", "m", "x"), random);
      String payload =
          "{'op':'"
              + operation
              + "','before':"
              + (random.nextBoolean() ? image : "null")
              + ",'after':"
              + image
              + ",'ts_ms':1700000000005,'source':"
              + any(SOURCES, random)
              + "}";
      String schema = any(SCHEMAS, random);
      text = schema.isEmpty() ? payload : "{'schema':" + schema + ",'payload':" + payload + "}";
    }
    return text.replace("\\'", "\\\"").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  @Property(tries = 300)
  void ofDebeziumInJson(@ForAll long seed) {
    DebeziumFormat format =
        any(
            List.of(
                DebeziumFormat.NOTHING_TOLD,
                Changes.FORMAT,
                new DebeziumFormat(
                    null, null, Map.of("at", DebeziumFormat.Encoding.MILLIS), null, List.of()),
                new DebeziumFormat(
                    null,
                    DebeziumFormat.Decimals.TEXT,
                    Map.of(),
                    "n",
                    List.of(1_699_999_999_999L))),
            new Random(seed));
    List<byte[]> records = records(seed, NeighboursProperties::event);
    DebeziumDecoder decoder = DebeziumDecoder.of(Changes.ROWS, format, RowCheck.NONE);
    sameAlone(records, seed, batch -> decoder.decode(RawBatches.of(null, batch)));
  }

  private static final Schema ENVELOPE =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"Envelope","fields":[
                {"name":"before","type":["null",{"type":"record","name":"Key","fields":[
                  {"name":"id","type":["null","long"]}]}]},
                {"name":"after","type":["null",{"type":"record","name":"Value","fields":[
                  {"name":"id","type":["null","long"]},{"name":"full_name","type":["null","string"]},
                  {"name":"at","type":["null","long",{"type":"int","connect.name":"io.debezium.time.Year"}]},
                  {"name":"price","type":["null","string",
                    {"type":"bytes","logicalType":"decimal","precision":10,"scale":1}]}]}]},
                {"name":"source","type":{"type":"record","name":"Source","fields":[
                  {"name":"lsn","type":["null","long"]},{"name":"ts_ms","type":["null","long"]}]}},
                {"name":"op","type":"string"}]}
              """);

  private static byte[] avroEvent(Random random) {
    GenericRecord key =
        new GenericData.Record(ENVELOPE.getField("before").schema().getTypes().get(1));
    key.put("id", random.nextBoolean() ? 1L : null);
    GenericRecord row =
        new GenericData.Record(ENVELOPE.getField("after").schema().getTypes().get(1));
    row.put("id", random.nextBoolean() ? 1L : null);
    row.put("full_name", random.nextBoolean() ? "n" : "__debezium_unavailable_value");
    row.put("at", random.nextBoolean() ? (Object) 1_700_000_000_000L : (Object) 2020);
    row.put("price", random.nextBoolean() ? "12.5" : ByteBuffer.wrap(new byte[] {1}));
    GenericRecord source = new GenericData.Record(ENVELOPE.getField("source").schema());
    source.put("lsn", random.nextBoolean() ? 10L : null);
    source.put("ts_ms", random.nextBoolean() ? 1_700_000_000_000L : null);
    GenericRecord event = new GenericData.Record(ENVELOPE);
    event.put("before", random.nextBoolean() ? key : null);
    event.put("after", random.nextBoolean() ? row : null);
    event.put("source", source);
    event.put("op", any(List.of("c", "u", "r", "d", "m", "t"), random));
    return AvroDecoderTest.batch(ENVELOPE, event).payload(0);
  }

  @Property(tries = 300)
  void ofDebeziumInAvro(@ForAll long seed) {
    DebeziumFormat format = seed % 2 == 0 ? DebeziumFormat.NOTHING_TOLD : Changes.FORMAT;
    byte[] header = ENVELOPE.toString().getBytes(StandardCharsets.UTF_8);
    AvroDecoder decoder = AvroDecoder.debezium(Changes.ROWS, format, RowCheck.NONE);
    sameAlone(
        records(seed, NeighboursProperties::avroEvent),
        seed,
        batch -> decoder.decode(RawBatches.of(header, batch)));
  }

  private static byte[] csvChange(Random random) {
    return String.join(
            ",",
            any(List.of("I", "U", "D", "X", ""), random),
            any(List.of("2025-11-03 09:00:00", "1969-12-31 23:59:59", "", "soon"), random),
            any(List.of("1", "2", "", "x"), random),
            any(List.of("n", ""), random),
            any(List.of("12.50", "dear", ""), random))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Property(tries = 300)
  void ofDms(@ForAll long seed) {
    byte[] header = "Op,cdc_ts,id,full_name,price".getBytes(StandardCharsets.UTF_8);
    DmsDecoder decoder =
        DmsDecoder.of(
            Changes.ROWS, new DmsFormat("Op", "cdc_ts"), CsvFormat.RFC_4180, RowCheck.NONE);
    sameAlone(
        records(seed, NeighboursProperties::csvChange),
        seed,
        batch -> decoder.decode(RawBatches.of(header, batch)));
  }

  private static List<byte[]> records(long seed, Function<Random, byte[]> make) {
    Random random = new Random(seed);
    return IntStream.range(0, 2 + random.nextInt(12)).mapToObj(i -> make.apply(random)).toList();
  }

  /** Compares what records become in shuffled batches with what each becomes alone. */
  private static void sameAlone(
      List<byte[]> records, long seed, Function<List<byte[]>, RowBatch> decoder) {
    List<String> alone = new ArrayList<>();
    records.forEach(record -> alone.addAll(outcomes(decoder.apply(List.of(record)))));
    Random random = new Random(seed);
    List<byte[]> shuffled = new ArrayList<>(records);
    Collections.shuffle(shuffled, random);
    List<String> together = new ArrayList<>();
    for (int from = 0; from < shuffled.size(); ) {
      int to = from + 1 + random.nextInt(shuffled.size() - from);
      together.addAll(outcomes(decoder.apply(shuffled.subList(from, to))));
      from = to;
    }
    Collections.sort(alone);
    Collections.sort(together);
    assertThat(together, is(alone));
  }

  private static List<String> outcomes(RowBatch batch) {
    List<String> outcomes = new ArrayList<>();
    List<Boolean> deletes = Changes.deletes(batch);
    List<String> rows =
        Changes.all(batch).stream()
            // Changes of DMS stand where they stand in their file, which is the test's batch.
            .map(row -> String.valueOf(row).replaceAll("memory:test [0-9a-f]{16}", ""))
            .toList();
    for (int i = 0; i < rows.size(); i++) {
      outcomes.add(deletes.get(i) + " " + rows.get(i));
    }
    for (DeadLetter letter : batch.rejects()) {
      outcomes.add(
          letter.reason()
              + " "
              + letter.detail()
              + " "
              + new String(letter.payload(), StandardCharsets.ISO_8859_1));
    }
    outcomes.addAll(Collections.nCopies((int) batch.ignored(), "ignored"));
    return outcomes;
  }
}
