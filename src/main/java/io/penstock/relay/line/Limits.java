package io.penstock.relay.line;

import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * How long an upstream may take, and how much it may say.
 *
 * @param answer until it begins its answer, and again to finish one that is no stream
 * @param exchange for a whole exchange, whatever progress it reports
 * @param body the largest answer, and the largest event of one that is a stream
 */
public record Limits(Duration answer, Duration exchange, DataSize body) {}
