package io.penstock.api.tokens;

import io.penstock.account.token.Hours;
import io.penstock.api.input.Fields;
import io.penstock.api.input.Objections;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads the hours of a token, and names every field of them that is wrong. */
final class HoursForm {

    static final Set<String> KNOWN = Set.of("days", "from", "to", "zone");

    private static final int MOST = 20;
    private static final String DAYS =
            Arrays.stream(DayOfWeek.values()).map(ApiTokenView::day).collect(Collectors.joining(", "));

    private HoursForm() {}

    /** What is not refused. */
    static List<Hours> read(Fields fields, Objections objections) {
        List<ObjectNode> given = fields.objects("hours", MOST);
        return IntStream.range(0, given.size())
                .mapToObj(i -> one(given.get(i), "hours[" + i + "].", objections))
                .filter(Objects::nonNull)
                .toList();
    }

    private static @Nullable Hours one(ObjectNode tree, String prefix, Objections outer) {
        var objections = new Objections();
        var fields = new Fields(tree, objections);
        fields.close(KNOWN, Set.of(), Set.of());
        Set<DayOfWeek> days = days(fields, objections);
        LocalTime from = time(fields, "from", "09:00", objections);
        LocalTime to = time(fields, "to", "17:30", objections);
        ZoneId zone = zone(fields, objections);
        objections.moveTo(outer, prefix);
        return from != null && to != null && zone != null ? new Hours(days, from, to, zone) : null;
    }

    private static Set<DayOfWeek> days(Fields fields, Objections objections) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String name : fields.texts("days", 7, 9)) {
            var day = Arrays.stream(DayOfWeek.values())
                    .filter(one -> ApiTokenView.day(one).equals(name))
                    .findFirst();
            day.ifPresentOrElse(days::add, () -> objections.add("days", "must be a list of " + DAYS));
        }
        if (fields.has("days") && days.isEmpty() && !objections.has("days")) {
            objections.add("days", "must name at least one; leave it out for all of them");
        }
        return days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days;
    }

    /** 24:00 is the midnight at the end of the day, as 00:00 is. */
    private static @Nullable LocalTime time(Fields fields, String name, String example, Objections objections) {
        String text = fields.demanded(name, 5, example);
        if (text == null) {
            return null;
        }
        try {
            boolean midnight = name.equals("to") && text.equals("24:00");
            return midnight ? LocalTime.MIDNIGHT : LocalTime.parse(text);
        } catch (DateTimeParseException e) {
            objections.add(name, "must be a time of day like " + example);
            return null;
        }
    }

    private static @Nullable ZoneId zone(Fields fields, Objections objections) {
        String text = fields.demanded("zone", 60, "Europe/Berlin");
        if (text == null) {
            return null;
        }
        try {
            ZoneId zone = ZoneId.of(text);
            if (text.equals("UTC") || ZoneId.getAvailableZoneIds().contains(text)) {
                return zone;
            }
        } catch (DateTimeException e) {
            // told below, with the others that are none
        }
        objections.add("zone", "must be a time zone of the IANA database like Europe/Berlin, or UTC");
        return null;
    }
}
