package org.beammedallion.quality.contract;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Objects;
import org.beammedallion.quality.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a contract says that it has changed. */
class ContractVersionTest {

  @ParameterizedTest
  @CsvSource({
    "1.0.0, 1.0.0, 0",
    "1.0, 1.0.0, 0",
    "v2, 2.0, 0",
    "1.9.0, 1.10.0, -1",
    "2, 1.99.99, 1",
    "1.0.0-draft, 1.0.0+7, 0"
  })
  void comparesNumberByNumber(String one, String other, int expected) {
    assertThat(Integer.signum(version(one).compareTo(version(other))), is(expected));
    assertThat(version(one).major(), is(version(one).numbers().get(0)));
  }

  private static ContractVersion version(String text) {
    return Objects.requireNonNull(ContractVersion.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "latest", "1.x", "1..2", "-1"})
  void knowsNoOrderOfOtherTexts(String text) {
    assertThat(ContractVersion.parse(text), is(nullValue()));
  }

  private static String contract(String properties) {
    return "apiVersion: v3.1.0\nkind: DataContract\nschema:\n  - name: t\n    properties:\n"
        + properties.indent(6);
  }

  @Test
  void fieldsSayWhatTheyWereCalled() {
    DataContract contract =
        DataContract.parse(
            "c.yaml",
            contract(
                """
                - name: cost
                  logicalType: number
                  customProperties:
                    - {property: owner, value: me}
                    - {property: renamedFrom, value: price}
                - name: note
                  logicalType: string
                  customProperties:
                    - {property: renamedFrom, value: [remark, comment]}
                """));
    List<SchemaProperty> properties = contract.schema().get(0).properties();
    assertThat(properties.get(0).formerNames(), is(List.of("price")));
    assertThat(properties.get(1).formerNames(), is(List.of("remark", "comment")));
  }

  @Test
  void refusesNamesThatCannotHaveBeenTheFields() {
    String message =
        assertThrows(
                ConfigurationException.class,
                () ->
                    DataContract.parse(
                        "c.yaml",
                        contract(
                            """
                            - name: cost
                              logicalType: number
                              customProperties:
                                - {property: renamedFrom, value: note}
                            - name: note
                              logicalType: string
                              customProperties:
                                - {property: renamedFrom, value: {a: b}}
                            """)))
            .getMessage();
    assertThat(message, containsString("still has a property of that name"));
    assertThat(message, containsString("takes the name, or a list of the names"));
  }
}
