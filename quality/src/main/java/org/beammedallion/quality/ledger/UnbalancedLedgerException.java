package org.beammedallion.quality.ledger;

/** A record was lost or counted twice; the cycle must not be committed. */
public final class UnbalancedLedgerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnbalancedLedgerException(String message) {
    super(message);
  }
}
