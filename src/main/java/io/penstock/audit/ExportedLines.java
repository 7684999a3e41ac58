package io.penstock.audit;

import io.penstock.audit.Chain.Link;
import io.penstock.audit.Trail.Entry;
import io.penstock.audit.Trail.Outcome;
import io.penstock.audit.Trail.Recorded;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Chains and entries as lines of JSON. */
final class ExportedLines {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private ExportedLines() {}

    static String of(Chain chain) {
        ObjectNode line = JSON.createObjectNode();
        line.put("kind", "chain");
        line.put("id", chain.id().toString());
        line.put("began_at", chain.beganAt().toString());
        line.put("previous", chain.previous() == null ? null : chain.previous().toString());
        line.put("previous_places", chain.previousPlaces());
        line.put("previous_head", chain.previousHead());
        line.put("places", chain.places());
        line.put("head", chain.head());
        line.put("head_sealed", Base64.getEncoder().encodeToString(chain.sealed()));
        return line.toString();
    }

    static String of(Link link) {
        Entry entry = link.recorded().entry();
        ObjectNode line = JSON.createObjectNode();
        line.put("kind", "entry");
        line.put("chain", link.chain().toString());
        line.put("place", link.place());
        line.put("hash", link.hash());
        line.put("id", link.recorded().id().toString());
        line.put("time", link.recorded().time().toString());
        line.put("user_email", entry.userEmail());
        line.put("source", entry.source());
        line.put("action", entry.action());
        line.put("resource_type", entry.resourceType());
        line.put("resource_id", entry.resourceId());
        line.put("outcome", entry.outcome().name().toLowerCase(Locale.ROOT));
        line.put("detail", entry.detail());
        line.put("correlation_id", entry.correlationId());
        return line.toString();
    }

    static boolean isChain(JsonNode line) {
        return line.path("kind").asString("").equals("chain");
    }

    /** Error: {@link IllegalArgumentException} where the line is none of ours. */
    static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (tools.jackson.core.JacksonException e) {
            throw new IllegalArgumentException("a line is no JSON object", e);
        }
    }

    static Chain chain(JsonNode line) {
        String previous = text(line, "previous");
        return new Chain(
                UUID.fromString(demanded(line, "id")),
                Instant.parse(demanded(line, "began_at")),
                previous == null ? null : UUID.fromString(previous),
                line.path("previous_places").asLong(-1),
                demanded(line, "previous_head"),
                line.path("places").asLong(-1),
                demanded(line, "head"),
                Base64.getDecoder().decode(demanded(line, "head_sealed")));
    }

    static Link link(JsonNode line) {
        return new Link(
                UUID.fromString(demanded(line, "chain")),
                line.path("place").asLong(-1),
                demanded(line, "hash"),
                new Recorded(
                        UUID.fromString(demanded(line, "id")),
                        Instant.parse(demanded(line, "time")),
                        new Entry(
                                demanded(line, "user_email"),
                                demanded(line, "source"),
                                demanded(line, "action"),
                                demanded(line, "resource_type"),
                                text(line, "resource_id"),
                                Outcome.valueOf(demanded(line, "outcome").toUpperCase(Locale.ROOT)),
                                text(line, "detail"),
                                demanded(line, "correlation_id"))));
    }

    private static String demanded(JsonNode line, String field) {
        String text = text(line, field);
        if (text == null) {
            throw new IllegalArgumentException("a line has no " + field);
        }
        return text;
    }

    private static @Nullable String text(JsonNode line, String field) {
        JsonNode value = line.path(field);
        return value.isString() ? value.asString() : null;
    }
}
