package org.beammedallion.transforms.check;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.rule.Check;
import org.beammedallion.quality.rule.Dimension;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.rule.Severity;
import org.beammedallion.quality.rule.TextFormat;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;

/** Which texts have which format. */
class TextFormatsTest {

  private static final RowLayout LAYOUT =
      RowLayout.of(RecordSchema.of(Field.required("text", FieldType.STRING)));

  private static boolean has(TextFormat format, String text) {
    FieldPath path = FieldPath.of("text");
    RecordRule rule =
        new RecordRule(
            "format", path, Dimension.VALIDITY, Severity.ERROR, new Check.HasFormat(format), null);
    Rows.Encoded row = Rows.encode(LAYOUT, Map.of("text", text));
    return RecordChecks.of(LAYOUT, List.of(rule), List.of())
            .check(row.bytes(), row.row(), new long[0])
        == null;
  }

  @Test
  void knowsTheFormatsOfTexts() {
    Map<TextFormat, List<String>> good = new HashMap<>();
    good.put(
        TextFormat.EMAIL,
        List.of("a@b.c", "ann.o'neil+x@mail.example.org", "jörg@beispiel.de", "a@localhost"));
    good.put(TextFormat.UUID, List.of("123e4567-e89b-12d3-A456-426614174000"));
    good.put(
        TextFormat.URI,
        List.of("https://a.b/c?d=e#f", "urn:isbn:0451450523", "mailto:a@b.c", "http://x/%20"));
    good.put(TextFormat.HOSTNAME, List.of("a", "a-b.example.org", "1.2.3"));
    good.put(TextFormat.IPV4, List.of("0.0.0.0", "255.1.20.199"));
    good.put(
        TextFormat.IPV6,
        List.of(
            "::",
            "::1",
            "1::",
            "1:2:3:4:5:6:7:8",
            "fe80::a:b",
            "::ffff:1.2.3.4",
            "1:2:3:4:5:6:1.2.3.4"));
    good.put(TextFormat.DATE, List.of("2024-02-29", "1999-12-31"));
    good.put(
        TextFormat.DATE_TIME, List.of("2024-02-29T23:59:60Z", "2024-01-01t00:00:00.123456+02:00"));
    Map<TextFormat, List<String>> bad = new HashMap<>();
    bad.put(
        TextFormat.EMAIL,
        List.of(
            "", "@b", "a@", "a b@c", "a..b@c", ".a@c", "a@-c", "a@b..c", "a".repeat(65) + "@b"));
    bad.put(
        TextFormat.UUID,
        List.of("", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"));
    bad.put(TextFormat.URI, List.of("", "/a/b", "1x:y", "http://a b", "http://x/%2", "http://ä"));
    bad.put(TextFormat.HOSTNAME, List.of("", ".", "a.", "-a", "a-", "a_b", "a".repeat(64)));
    bad.put(
        TextFormat.IPV4,
        List.of("", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4.", "1..2.3"));
    bad.put(
        TextFormat.IPV6,
        List.of(
            "",
            ":",
            ":::",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1::2::3",
            "12345::",
            "1:",
            "1:2:3:4:5:6:7::8",
            "::1.2.3",
            "1.2.3.4"));
    bad.put(TextFormat.DATE, List.of("2023-02-29", "2024-13-01", "2024-1-01", "2024-01-01T"));
    bad.put(
        TextFormat.DATE_TIME,
        List.of(
            "2024-01-01T00:00:00",
            "2024-01-01 00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00+0200"));
    for (TextFormat format : TextFormat.values()) {
      good.get(format)
          .forEach(text -> assertThat(format + " " + text, has(format, text), is(true)));
      bad.get(format)
          .forEach(text -> assertThat(format + " " + text, has(format, text), is(false)));
    }
  }
}
