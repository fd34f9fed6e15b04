import Foundation

/// Files as another user than root sees them, who may do everything.
public enum Permissions {
    /// Runs what asks the system for files in this thread alone, with the permissions of others where the tests run as
    /// root.
    public static func ofOthers<Result>(_ body: () throws -> Result) rethrows -> Result {
        #if os(Linux)
            guard geteuid() == 0, let symbol = dlsym(nil, "setfsuid") else { return try body() }
            // Glibc's module does not export it; it is the thread's, not the process's.
            let setUser = unsafeBitCast(symbol, to: (@convention(c) (UInt32) -> Int32).self)
            _ = setUser(65534)
            defer { _ = setUser(0) }
        #endif
        return try body()
    }
}
