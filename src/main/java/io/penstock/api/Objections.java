package io.penstock.api;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with an input, so that one answer names all of it. */
final class Objections {

    private final List<Reason.Invalid.Field> fields = new ArrayList<>();

    void add(String field, String message) {
        fields.add(new Reason.Invalid.Field(field, message));
    }

    /** Adds an objection if there is one. */
    void addIf(String field, @Nullable String message) {
        if (message != null) {
            add(field, message);
        }
    }

    boolean has(String field) {
        return fields.stream().anyMatch(known -> known.field().equals(field));
    }

    /** Objections to an object inside another one, under its path. */
    void moveTo(Objections outer, String prefix) {
        fields.forEach(field -> outer.add(prefix + field.field(), field.message()));
        fields.clear();
    }

    /** Takes over those of a refusal of another part; throws it where it is about something else. */
    void take(Refusal refusal) {
        if (!(refusal.reason() instanceof Reason.Invalid(var refused))) {
            throw refusal;
        }
        fields.addAll(refused);
    }

    /** Throws a {@link Refusal} that names every objection, if there is one. */
    void raise() {
        if (!fields.isEmpty()) {
            throw new Refusal(new Reason.Invalid(fields));
        }
    }
}
