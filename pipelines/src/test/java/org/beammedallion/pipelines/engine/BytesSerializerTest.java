package org.beammedallion.pipelines.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.beam.runners.spark.util.ByteArray;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.DeserializationStream;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.reflect.ClassTag;

class BytesSerializerTest {

  private static final ClassTag<Object> ANY = ClassTag.apply(Object.class);
  private final SerializerInstance serializer =
      new BytesSerializer(new SparkConf(false)).newInstance();

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 65_535, 65_536, 300_000})
  void takesBytesOfBeamAndAllElseInTheirOrder(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    List<Object> values = List.of(new ByteArray(bytes), bytes, "text", List.of(7L, "more"), bytes);
    assertThat(plain(read(written(values))), is(plain(values)));
  }

  @Test
  void endsAStreamTheWaySparkExpects() {
    byte[] whole = written(List.of("text", new byte[3]));
    try (DeserializationStream in =
        serializer.deserializeStream(new ByteArrayInputStream(whole, 0, whole.length - 1))) {
      assertThat(in.readObject(ANY), is("text"));
      assertThrows(EOFException.class, () -> in.readObject(ANY));
    }
  }

  private byte[] written(List<Object> values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (SerializationStream out = serializer.serializeStream(bytes)) {
      values.forEach(value -> out.writeObject(value, ANY));
    }
    return bytes.toByteArray();
  }

  private List<Object> read(byte[] bytes) {
    List<Object> values = new ArrayList<>();
    var iterator = serializer.deserializeStream(new ByteArrayInputStream(bytes)).asIterator();
    while (iterator.hasNext()) {
      values.add(iterator.next());
    }
    return values;
  }

  /** Arrays are equal by what they hold. */
  private static List<String> plain(List<Object> values) {
    return values.stream()
        .map(
            value ->
                value instanceof byte[] bytes
                    ? "bytes " + Arrays.toString(bytes)
                    : value instanceof ByteArray array
                        ? "array " + Arrays.toString(array.getValue())
                        : value.toString())
        .toList();
  }
}
