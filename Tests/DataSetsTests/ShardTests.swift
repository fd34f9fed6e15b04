import Testing

@testable import CaptionerDataSets

@Suite struct ShardTests {
    @Test(arguments: [0, 1, 7, 10_000], [1, 2, 3, 7, 16])
    func partsAreEverythingOnce(total: Int, count: Int) throws {
        var next = 0
        for number in 1...count {
            let range = try #require(Shard(number: number, count: count)).range(of: total)
            #expect(range.lowerBound == next)
            #expect(range.count == total / count || range.count == total / count + 1)
            next = range.upperBound
        }
        #expect(next == total)
    }

    @Test(arguments: ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/2/3", "a/b", "1/ 4"])
    func whatIsNoShard(text: String) { #expect(Shard(text) == nil) }
}
