package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.quality.ledger.Ledger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Columns that the contract wants to be unique, beside the key. */
class UniquenessTest {

  private static final String CONTRACT =
      """
      apiVersion: v3.1.0
      kind: DataContract
      id: people
      version: 1.0.0
      status: active
      servers:
        - {server: local, type: local, path: data/*.jsonl, format: json}
      schema:
        - name: people
          logicalType: object
          quality:
            - name: oneName
              type: library
              metric: duplicateValues
              arguments: {properties: [first, last]}
              mustBeLessThan: 3
          properties:
            - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1}
            - {name: email, logicalType: string, unique: true}
            - {name: badge, logicalType: integer, unique: true}
            - {name: first, logicalType: string}
            - {name: last, logicalType: string}
            - name: address
              logicalType: object
              properties:
                - {name: town, logicalType: string}
                - {name: phone, logicalType: string, unique: true}
      """;

  private static final String PIPELINE =
      """
      pipeline: people
      contract: people.odcs.yaml
      source: {server: local}
      silver: {write: upsert, latestBy: badge}
      """;

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("people.odcs.yaml"), CONTRACT);
    Files.writeString(folder.resolve("people.pipeline.yaml"), PIPELINE);
    Files.createDirectory(folder.resolve("data"));
    Files.writeString(
        folder.resolve("data/a.jsonl"),
        """
        {"id": 1, "email": "ada@example.com", "badge": 11, "first": "Ada", "last": "L", "address": {"town": "A", "phone": "1"}}
        {"id": 2, "email": "ada@example.com", "badge": 12, "first": "Ada", "last": "L", "address": {"town": "B", "phone": "1"}}
        {"id": 3, "email": null, "badge": 13, "first": "Ada", "last": "K", "address": {"town": "B"}}
        {"id": 4, "email": null, "badge": 14, "first": "Ad", "last": "aL"}
        """);
    Files.writeString(
        folder.resolve("data/b.jsonl"),
        """
        {"id": 1, "email": "ada@example.com", "badge": 11, "first": "Ada", "last": "L", "address": {"town": "A", "phone": "1"}}
        {"id": 5, "email": "ada@example.com", "badge": 15, "first": "Ada", "last": "L", "address": {"phone": "1"}}
        {"id": 6, "email": "bob@example.com", "badge": 16, "first": "Ada", "last": null, "address": {"town": "B", "phone": "2"}}
        """);
  }

  @ParameterizedTest
  @EnumSource
  void repeatsAreCountedAmongTheRowsThatAreLeft(Runner runner) throws Exception {
    Ledger ledger =
        new Lake(folder.resolve("lake")).cycle(folder.resolve("people.pipeline.yaml"), runner);
    Map<String, String> verdicts = new TreeMap<>();
    ledger
        .verdicts()
        .forEach(
            verdict -> verdicts.put(verdict.rule(), verdict.outcome() + " " + verdict.measured()));
    assertThat(ledger.published(), is(6L));
    assertThat(
        verdicts,
        is(
            Map.of(
                "people.email.unique", "FAILED 2",
                "people.badge.unique", "PASSED 0",
                "people.address.phone.unique", "FAILED 2",
                "oneName", "PASSED 2")));
  }
}
