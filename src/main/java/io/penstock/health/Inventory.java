package io.penstock.health;

import io.penstock.relay.Dialogues.Greeting;
import io.penstock.wire.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was read of an upstream that greeted.
 *
 * @param failure why its lists could not be read to their end; null where they could
 */
record Inventory(
        Greeting greeting, List<Listing> listings, @Nullable Refusal failure) {}
