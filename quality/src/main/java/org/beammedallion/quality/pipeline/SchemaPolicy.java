package org.beammedallion.quality.pipeline;

/**
 * What is done where the data is not of the expected shape: a table that differs from the contract,
 * a record with fields that the contract does not know.
 */
public enum SchemaPolicy {
  /** The table must be as the contract has it; a record with unknown fields is rejected. */
  ENFORCE,
  /** The table follows the contract where that is safe; unknown fields are left out and counted. */
  EVOLVE,
  /** The table must be as the contract has it; unknown fields are left out and counted. */
  IGNORE
}
