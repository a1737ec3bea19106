/**
 * Gold: the user's SQL over silver's rows, window by window in event time. What an engine need not
 * see is added up inside the batches first; Beam SQL finishes the few rows that remain.
 */
@NullMarked
package org.beammedallion.transforms.aggregate;

import org.jspecify.annotations.NullMarked;
