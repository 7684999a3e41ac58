package io.penstock.api.input;

import io.penstock.wire.Refusal;
import io.penstock.wire.Refusal.Reason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with an input, so that one answer names all of it. */
public final class Objections {

    /** An answer has an end, however many fields somebody makes up. */
    private static final int MOST = 100;

    private final List<Reason.Invalid.Field> fields = new ArrayList<>();
    private int more;

    public void add(String field, String message) {
        if (fields.size() < MOST) {
            fields.add(new Reason.Invalid.Field(field, message));
        } else {
            more++;
        }
    }

    /** Adds an objection if there is one. */
    public void addIf(String field, @Nullable String message) {
        if (message != null) {
            add(field, message);
        }
    }

    public boolean has(String field) {
        return fields.stream().anyMatch(known -> known.field().equals(field));
    }

    /** Objections to an object inside another one, under its path. */
    public void moveTo(Objections outer, String prefix) {
        fields.forEach(field -> outer.add(prefix + field.field(), field.message()));
        outer.more += more;
        fields.clear();
        more = 0;
    }

    /** Takes over those of a refusal of another part; throws it where it is about something else. */
    public void take(Refusal refusal) {
        if (!(refusal.reason() instanceof Reason.Invalid(var refused))) {
            throw refusal;
        }
        refused.forEach(field -> add(field.field(), field.message()));
    }

    /** As {@link #take}, for what is another field here. */
    public void takeAs(String field, Refusal refusal) {
        if (!(refusal.reason() instanceof Reason.Invalid(var refused))) {
            throw refusal;
        }
        refused.forEach(other -> add(field, other.message()));
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** Throws a {@link Refusal} that names every objection, if there is one. */
    public void raise() {
        if (more > 0) {
            fields.add(new Reason.Invalid.Field("", "and " + more + " more were refused"));
        }
        if (!fields.isEmpty()) {
            throw new Refusal(new Reason.Invalid(fields));
        }
    }
}
