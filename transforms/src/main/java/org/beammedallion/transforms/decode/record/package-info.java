/**
 * What the decoders of all formats share: how a record becomes an encoded row, how texts and
 * numbers become values of the contract's types, and why one cannot.
 */
@NullMarked
package org.beammedallion.transforms.decode.record;

import org.jspecify.annotations.NullMarked;
