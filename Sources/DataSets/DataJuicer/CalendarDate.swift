import Foundation

/// A text that Apache Arrow takes for a date: YYYY-MM-DD, and after T or a space hh, hh:mm or hh:mm:ss, with Z, +hh,
/// +hhmm, +hh:mm or without.
struct CalendarDate: Equatable {
    /// Since 1970, in UTC.
    package let seconds: Int64

    // Made once: that takes longer than all matching. Nothing in it can be changed, which its type does not say.
    private nonisolated(unsafe) static let pattern =
        #/^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d))?)?(?:Z|([+\-])(\d\d)(?::?(\d\d))?)?)?$/#
        .asciiOnlyDigits()

    init?(_ text: String) {
        guard text.utf8.count <= 30, let parts = text.wholeMatch(of: Self.pattern)?.output,
            let year = Int64(parts.1), let month = Int64(parts.2), let day = Int64(parts.3), (1...12).contains(month),
            (1...Self.dayCount(month, of: year)).contains(day)
        else { return nil }
        func number(_ part: Substring??, below limit: Int64) -> Int64? {
            guard let part = part ?? nil else { return 0 }
            return Int64(part).flatMap { $0 < limit ? $0 : nil }
        }
        guard let hour = number(parts.4, below: 24), let minute = number(parts.5, below: 60),
            let second = number(parts.6, below: 60), let zoneHour = number(parts.8, below: 24),
            let zoneMinute = number(parts.9, below: 60)
        else { return nil }
        let zone = (zoneHour * 60 + zoneMinute) * (parts.7 == "-" ? -60 : 60)
        seconds = Self.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - zone
    }

    /// Millions of seconds, towards zero: what pandas' `to_json` makes of Arrow's seconds.
    var megaseconds: Int64 { seconds / 1_000_000 }

    /// Milliseconds, by way of nanoseconds, of which 64 bits hold those up to 2262.
    package var milliseconds: Int64 { seconds &* 1_000_000_000 / 1_000_000 }

    /// As Python's `isoformat` has it, in UTC.
    var isoText: String {
        let (day, second) = seconds.floorQuotientAndRemainder(dividingBy: 86_400)
        // Days and years since the first of March of the year 0; a year's months begin with March.
        let (era, dayOfEra) = (day + 719_468).floorQuotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let (calendarMonth, years) = month < 10 ? (month + 3, 0) : (month - 9, 1)
        return String(
            format: "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld", era * 400 + yearOfEra + Int64(years), calendarMonth,
            dayOfYear - (153 * month + 2) / 5 + 1, second / 3600, second / 60 % 60, second % 60)
    }

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func dayCount(_ month: Int64, of year: Int64) -> Int64 {
        month == 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970, in the Gregorian calendar; years begin in March, so that leap days end them.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (year, month) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let leapDays = year / 4 - year / 100 + year / 400
        return 365 * year + leapDays + (153 * month + 2) / 5 + day - 1 - 719_468
    }
}

extension Int64 {
    /// Rounded down, so that the remainder is never negative.
    fileprivate func floorQuotientAndRemainder(dividingBy divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
