import CaptionerIntrinsics
import CaptionerKernels
import CaptionerKernelsPortable

#if arch(x86_64)
    import CaptionerKernelsAMX
    import CaptionerKernelsAVX2
    import CaptionerKernelsAVX512
    import CaptionerKernelsAVX512VNNI
    import CaptionerKernelsAVXVNNI
#elseif arch(arm64)
    import CaptionerKernelsDotProduct
    import CaptionerKernelsI8MM
    import CaptionerKernelsNEON
#endif

/// The instruction sets that there are kernels for, the fastest first: the one place that names them.
extension MatrixKernelSet {
    #if arch(x86_64)
        package static let all = [
            // Besides what the next has, tiles: for int8 products of many rows, the same bits, and for attention in bfloat16.
            MatrixKernelSet(
                name: "amx", kernels: AMX.self, isSupported: captioner_has_amx(), hasBFloat16: true,
                arithmetic: ScalarArithmetic(lanes: 16, isFused: true, hasBFloat16Tiles: true),
                rowLimit: 128,
                title: { "own kernels, AVX-512 with VNNI and BF16, AMX for int8 and attention" }),
            // With the instructions of AVX-512 for bytes and bfloat16.
            MatrixKernelSet(
                name: "avx512vnni", kernels: AVX512VNNI.self, isSupported: captioner_has_avx512_vnni_bf16(),
                hasBFloat16: true, arithmetic: ScalarArithmetic(lanes: 16, isFused: true),
                title: { "own kernels, AVX-512 with VNNI and BF16" }),
            // F, BW, DQ and VL.
            MatrixKernelSet(
                name: "avx512", kernels: AVX512.self, isSupported: captioner_has_avx512(),
                arithmetic: ScalarArithmetic(lanes: 16, isFused: true), title: { "own kernels, AVX-512" }),
            // AVX2 and FMA, with 256-bit instructions for bytes.
            MatrixKernelSet(
                name: "avxvnni", kernels: AVXVNNI.self, isSupported: captioner_has_avx_vnni(),
                arithmetic: ScalarArithmetic(lanes: 8, isFused: true), title: { "own kernels, AVX2 with VNNI" }),
            // AVX2 and FMA. Float32 products are the same bits with it and with all above.
            MatrixKernelSet(
                name: "avx2", kernels: AVX2.self, isSupported: captioner_has_avx2(),
                arithmetic: ScalarArithmetic(lanes: 8, isFused: true), title: { "own kernels, AVX2" }),
            portable,
        ]
    #elseif arch(arm64)
        // Their results are the bits of avx2.
        package static let all = [
            // With the instructions for products of bytes and bfloat16.
            MatrixKernelSet(
                name: "i8mm", kernels: I8MM.self, isSupported: captioner_has_i8mm_bf16(),
                arithmetic: ScalarArithmetic(lanes: 8, isFused: true),
                // Products of two rows at a time are twice as fast as those that can leave groups out.
                activeRowLimit: 1,
                title: { "own kernels, NEON with I8MM and BF16" }),
            // With those for products of signed bytes.
            MatrixKernelSet(
                name: "dotprod", kernels: DotProduct.self, isSupported: captioner_has_dot_product(),
                arithmetic: ScalarArithmetic(lanes: 8, isFused: true, byteOffset: 128),
                title: { "own kernels, NEON with dot products" }),
            // Every processor has it.
            MatrixKernelSet(
                name: "neon", kernels: NEON.self, isSupported: true,
                arithmetic: ScalarArithmetic(lanes: 8, isFused: true), title: { "own kernels, NEON" }),
            portable,
        ]
    #else
        package static let all = [portable]
    #endif

    /// The features that the kernels above need, and whether the processor has them and the system saves their registers.
    package static var features: [(name: String, isPresent: Bool)] {
        #if arch(x86_64)
            [
                ("AVX2 and FMA", captioner_has_avx2()), ("AVX-VNNI", captioner_has_avx_vnni()),
                ("AVX-512 (F, BW, DQ, VL)", captioner_has_avx512()),
                ("AVX-512 VNNI and BF16", captioner_has_avx512_vnni_bf16()), ("AMX", captioner_has_amx()),
            ]
        #elseif arch(arm64)
            [
                ("Dot products (FEAT_DotProd)", captioner_has_dot_product()),
                ("Products of bytes and of bfloat16 (FEAT_I8MM, FEAT_BF16)", captioner_has_i8mm_bf16()),
            ]
        #else
            []
        #endif
    }

    /// For any processor: Swift's own vectors, and the BLAS library for float32 where this build has one.
    package static let portable = BLAS.isInBuild ? portableWithBLAS : portableWithoutBLAS

    private static let portableWithBLAS = MatrixKernelSet(
        name: "portable", kernels: PortableBLAS.self, isSupported: true,
        arithmetic: ScalarArithmetic(lanes: 8, isFused: false), grid: FixedSizeBLAS.grid(rows:columns:depth:),
        laneRowMinimum: .max,
        title: { "portable kernels and \(BLAS.description)" })

    /// Int8 products and attention with tiles in software, for tests.
    private static let softwareTiles = MatrixKernelSet(
        name: "softwareTiles", kernels: PortableTiles.self, isSupported: true,
        arithmetic: ScalarArithmetic(lanes: 8, isFused: false, hasBFloat16Tiles: true), title: { "tiles in software" })

    /// Int8 products of two rows and two columns at a time in software, for tests.
    private static let softwareRowPairs = MatrixKernelSet(
        name: "softwareRowPairs", kernels: PortableRowPairs.self, isSupported: true,
        arithmetic: ScalarArithmetic(lanes: 8, isFused: false), title: { "pairs of rows in software" })

    /// What tests run besides those that can be chosen.
    package static var forTests: [MatrixKernelSet] {
        var sets = [softwareTiles, softwareRowPairs]
        #if arch(x86_64)
            let other = MatrixKernelSet(
                name: "otherProducts", kernels: AVX512VNNIOtherProducts.self,
                isSupported: captioner_has_avx512_vnni_bf16(),
                arithmetic: ScalarArithmetic(lanes: 16, isFused: true), title: { "other products of bfloat16" })
            sets += other.isSupported ? [other] : []
        #endif
        return sets
    }

    /// For any processor, with Swift's own vectors alone.
    package static let portableWithoutBLAS = MatrixKernelSet(
        name: "portable", kernels: Portable.self, isSupported: true,
        arithmetic: ScalarArithmetic(lanes: 8, isFused: false), title: { "portable kernels" })
}
