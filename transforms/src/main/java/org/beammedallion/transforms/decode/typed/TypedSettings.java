package org.beammedallion.transforms.decode.typed;

import java.io.Serializable;

/**
 * What a pipeline says about values of formats with a schema.
 *
 * @param nanIsNull whether NaN stands for a missing value
 * @param binaryIsText whether bytes of which the schema says nothing are texts in UTF-8; else they
 *     become texts in base64
 */
public record TypedSettings(boolean nanIsNull, boolean binaryIsText) implements Serializable {

  /** NaN is a value, and bytes are bytes. */
  public static final TypedSettings DEFAULT = new TypedSettings(false, false);
}
