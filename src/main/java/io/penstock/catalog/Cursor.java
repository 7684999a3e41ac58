package io.penstock.catalog;

import java.time.Instant;
import java.util.UUID;

/** Where a page ended: lists are ordered by time, then id, newest first. */
public record Cursor(Instant at, UUID id) {}
