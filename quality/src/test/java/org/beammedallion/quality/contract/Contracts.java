package org.beammedallion.quality.contract;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.beammedallion.quality.yaml.ConfigurationException;
import org.beammedallion.quality.yaml.Problems;

/** Contracts in a few lines. */
final class Contracts {

  private Contracts() {}

  /**
   * @param body of the contract, from its third line on
   */
  static DataContract contract(String body) {
    return DataContract.parse("c.yaml", "apiVersion: v3.1.0\nkind: DataContract\n" + body);
  }

  /** A contract with one table {@code t}; its properties stand from the sixth line on. */
  static DataContract withProperties(String properties) {
    return contract("schema:\n- name: t\n  properties:\n" + properties.indent(2));
  }

  /** The table of such a contract, found right. */
  static TableContract table(String properties) {
    return table(withProperties(properties));
  }

  static TableContract table(DataContract contract) {
    Problems problems = new Problems();
    TableContract table = TableContract.of(contract, contract.schema().get(0), problems);
    problems.throwIfAny();
    return table;
  }

  /** What is wrong with such a contract. */
  static String refusal(String properties) {
    return assertThrows(ConfigurationException.class, () -> table(properties)).getMessage();
  }
}
