package io.penstock.account;

import java.time.Instant;
import java.util.UUID;

/** Where a page of a list ended: newest first, by time, then id. */
public record Position(Instant at, UUID id) {}
