package io.penstock.account.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HoursTests {

    @ParameterizedTest
    @CsvSource({
        // Berlin is an hour ahead in winter and two in summer; 2026-01-05 is a Monday
        "MONDAY 09:00 17:30 Europe/Berlin, 2026-01-05T08:00:00Z, true",
        "MONDAY 09:00 17:30 Europe/Berlin, 2026-01-05T07:59:59Z, false",
        "MONDAY 09:00 17:30 Europe/Berlin, 2026-01-05T16:29:59Z, true",
        "MONDAY 09:00 17:30 Europe/Berlin, 2026-01-05T16:30:00Z, false",
        "MONDAY 09:00 17:30 Europe/Berlin, 2026-07-06T07:00:00Z, true",
        "MONDAY 09:00 17:30 Europe/Berlin, 2026-01-06T10:00:00Z, false",
        // over midnight: the day is that on which they begin
        "'FRIDAY 22:00 06:00 UTC', 2026-01-09T23:00:00Z, true",
        "'FRIDAY 22:00 06:00 UTC', 2026-01-10T05:59:00Z, true",
        "'FRIDAY 22:00 06:00 UTC', 2026-01-10T06:00:00Z, false",
        "'FRIDAY 22:00 06:00 UTC', 2026-01-09T05:00:00Z, false",
        "'FRIDAY 22:00 06:00 UTC', 2026-01-10T22:30:00Z, false",
        // to midnight, and a whole day
        "'SUNDAY 12:00 00:00 UTC', 2026-01-11T23:59:59Z, true",
        "'SUNDAY 12:00 00:00 UTC', 2026-01-12T00:00:00Z, false",
        "'SUNDAY 00:00 00:00 UTC', 2026-01-11T00:00:00Z, true",
        "'SUNDAY 00:00 00:00 UTC', 2026-01-12T00:00:00Z, false"
    })
    void holdWhereTheyAre(String hours, Instant moment, boolean inside) {
        assertThat(Hours.read(hours).contains(moment)).isEqualTo(inside);
        assertThat(Hours.read(hours).text()).isEqualTo(hours);
    }
}
