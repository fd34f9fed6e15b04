#if Server
    package enum ServerError: Error, CustomStringConvertible {
        case cannotListen(address: String, cause: String)

        package var description: String {
            switch self {
            case .cannotListen(let address, let cause): "cannot listen on \(address): \(cause)"
            }
        }
    }
#endif
