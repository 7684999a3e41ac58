package io.penstock.account.token;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hours of some days of the week at some place. Those that end before they begin go on to the next day, and those that end as they begin
 * last a whole day; the days are those on which they begin.
 */
public record Hours(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {

    private static final int PARTS = 4;

    public Hours {
        days = Set.copyOf(days);
    }

    /** Whether the moment lies in them; the end does not. */
    public boolean contains(Instant moment) {
        var there = moment.atZone(zone);
        LocalTime time = there.toLocalTime();
        DayOfWeek today = there.getDayOfWeek();
        if (from.isBefore(to)) {
            return days.contains(today) && !time.isBefore(from) && time.isBefore(to);
        }
        return (days.contains(today) && !time.isBefore(from)) || (days.contains(today.minus(1)) && time.isBefore(to));
    }

    /** One text that {@link #read} reads. */
    String text() {
        String names = EnumSet.allOf(DayOfWeek.class).stream()
                .filter(days::contains)
                .map(DayOfWeek::name)
                .collect(Collectors.joining(","));
        return String.join(" ", names, from.toString(), to.toString(), zone.getId());
    }

    /** @throws IllegalArgumentException where it is none of ours */
    static Hours read(String text) {
        String[] parts = text.split(" ", PARTS);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException("'" + text + "' are no hours");
        }
        try {
            Set<DayOfWeek> days = Arrays.stream(parts[0].split(",", -1))
                    .map(DayOfWeek::valueOf)
                    .collect(Collectors.toUnmodifiableSet());
            return new Hours(days, LocalTime.parse(parts[1]), LocalTime.parse(parts[2]), ZoneId.of(parts[3]));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' are no hours", e);
        }
    }
}
